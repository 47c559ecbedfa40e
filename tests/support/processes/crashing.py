"""A process whose children are killed while they use the outbox (contract/faults.md 61, 63).

``python -m tests.support.processes.crashing SEED KILLS``, settings from the environment. Each child
likes articles, reads caches and relays; it is killed at a crash point drawn at random, or at a
random moment if it does not get there.
"""

from __future__ import annotations

import dataclasses
import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from select import select as wait_for
from typing import Any

from common.cache import news
from common.extensions.db import db, engine, init_db
from common.extensions.redis import cache, init_redis, store
from common.services import outbox
from common.services.ids import identifiers
from common.services.outbox import marks
from common.services.outbox.effects import Projection, StoredEffect
from common.services.outbox.projections import PROJECTIONS, caches, counters
from common.services.outbox.relay import Relay
from common.settings import load
from tests.support.scenarios.likes import toggle_like

USERS = range(1, 9)
ARTICLES = range(101, 105)
TOPICS = (caches.TOPIC, counters.TOPIC)
POINTS = ("none", "add", "commit", "inline", "applied", "marking", "marked", "relay", "relayed")
LONGEST_LIFE_SECONDS = 0.06  # after the first like
CLAIM_TIME = timedelta(milliseconds=20)  # relays meet the claims of the dead


class CrashPoint:
    """Kills this process when it passes a named point for the n-th time."""

    def __init__(self, name: str, passes: int) -> None:
        self.name = name
        self.passes = passes

    def reached(self, name: str) -> None:
        """The process is at this point."""
        if name == self.name:
            self.passes -= 1
            if self.passes <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def around(call: Callable[..., Any], crash: CrashPoint, before: str, after: str) -> Any:
    """``call`` between two crash points."""

    def crashing(*args: Any, **kwargs: Any) -> Any:
        crash.reached(before)
        result = call(*args, **kwargs)
        crash.reached(after)
        return result

    return crashing


def crashing_projection(
    projection: Projection[Any], crash: CrashPoint, before: str, after: str
) -> Projection[Any]:
    """A projection between two crash points; relays meet its inline path as often as can be."""

    def deliver(effects: Sequence[StoredEffect]) -> None:
        around(projection.deliver, crash, before, after)(effects)

    return dataclasses.replace(projection, deliver=deliver, inline_time=timedelta())


def live(dice: random.Random, ready: int) -> None:
    """What a child does until it is killed; a byte into ``ready`` per like."""
    crash = CrashPoint(dice.choice(POINTS), dice.randint(1, 6))
    for topic in TOPICS:
        PROJECTIONS[topic] = crashing_projection(PROJECTIONS[topic], crash, "inline", "applied")
    relayed = {
        topic: crashing_projection(PROJECTIONS[topic], crash, "relay", "relayed")
        for topic in TOPICS
    }
    outbox.add = around(outbox.add, crash, "add", "commit")
    marks._write = around(marks._write, crash, "marking", "marked")
    relay = Relay(relayed, claim_time=CLAIM_TIME)
    while True:
        user_id, article_id = dice.choice(USERS), dice.choice(ARTICLES)
        news.attitudes.get(user_id, article_id)
        toggle_like(user_id=user_id, article_id=article_id)
        os.write(ready, b".")
        if dice.random() < 0.5:
            relay.run_once()
        if dice.random() < 0.2:
            marks.flush()


def kill_one(dice: random.Random, live: Callable[[random.Random, int], None] = live) -> None:
    """Start a child and see that it dies by SIGKILL, soon after its first byte."""
    seed = dice.getrandbits(64)
    patience = dice.uniform(0, LONGEST_LIFE_SECONDS)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            live(random.Random(seed), writing)
        finally:
            os._exit(1)  # reached by a failure only
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    ended = os.pidfd_open(child)
    wait_for([ended], [], [], patience)
    os.kill(child, signal.SIGKILL)
    os.close(ended)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        sys.exit(f"a child failed by itself, seed {seed}")


def warm_up() -> None:
    """Compile every statement once; children inherit that, but no connection."""
    settings = load()
    init_db(settings)
    init_redis(settings)
    identifiers.init(settings)
    news.attitudes.get(USERS[0], ARTICLES[0])
    toggle_like(user_id=USERS[0], article_id=ARTICLES[0])
    Relay({topic: PROJECTIONS[topic] for topic in TOPICS}).run_once()
    marks.flush()
    db.session.remove()
    engine().dispose()
    store.close()
    cache.close()


def main(seed: int, kills: int) -> None:
    """Kill so many children, one after the other."""
    warm_up()
    dice = random.Random(seed)
    for _ in range(kills):
        kill_one(dice)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
