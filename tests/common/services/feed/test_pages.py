"""Walks through a feed that lives: random histories, one property (contract/user-app.md §7.1)."""

from __future__ import annotations

import random

import orjson
import pytest

from common.services.feed import pages as feed
from common.services.feed.pages import Reader
from tests.factories import ChannelFactory
from tests.support.scenarios.feeding import (
    bring_back,
    check,
    ids,
    now_ms,
    pin,
    publish,
    publish_now,
    time_passes,
    withdraw,
)

READERS = [Reader(None, None), Reader(None, "anon:" + "0" * 64), Reader(7, "7")]
ENOUGH = 200
SEEDS = (1, 3, 6)  # more of them find nothing more, and take their time
WALKS = 5


class World:
    """A channel to which things happen at random."""

    def __init__(self, chance: random.Random, *, with_pins: bool) -> None:
        self.chance = chance
        self.channel_id = ChannelFactory().channel_id
        self.visible = set(publish(chance.choice((3, 9, 10, 11, 33)), self.channel_id))
        self.withdrawn: set[int] = set()
        self._with_pins = with_pins

    def happen(self) -> None:
        """Something, or nothing."""
        match self.chance.choice(("publish", "publish", "withdraw", "bring back", "pin", "wait")):
            case "publish":
                self.visible |= {publish_now(self.channel_id) for _ in range(self._some())}
            case "withdraw" if self.visible:
                self._move(withdraw, self.visible, self.withdrawn)
            case "bring back" if self.withdrawn:
                self._move(bring_back, self.withdrawn, self.visible)
            case "pin" if self._with_pins and self.visible:
                pin(self.channel_id, *self.chance.sample(sorted(self.visible), 1))
            case "wait":
                time_passes()

    def _move(self, how, source, destination) -> None:
        for article_id in self.chance.sample(sorted(source), min(len(source), self._some())):
            how(article_id)
            source.discard(article_id)
            destination.add(article_id)

    def _some(self) -> int:
        return self.chance.randint(1, 14)

    def walk(self, reader: Reader, *, with_top: bool, pages: int = ENOUGH):
        """Articles in the order shown, and those that were there from beginning to end."""
        there, seen = set(self.visible), []
        asked, count = now_ms(), self.chance.choice((1, 4, 10))
        for _ in range(pages):
            page = feed.page_at(
                reader,
                channel_id=self.channel_id,
                time_ms=asked,
                with_top=with_top,
                count=count,
            )
            page = orjson.loads(orjson.dumps(page))  # as a client reads it
            check(page, asked)
            seen += ids(page)
            if not page["results"]:
                return seen, there
            asked = page["pre_timestamp"]
            self.happen()
            there &= self.visible
        assert pages < ENOUGH, "the feed never ends"
        return seen, set()


@pytest.mark.parametrize("reader", READERS, ids=["visitor", "device", "user"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_shows_what_was_there_all_the_time_exactly_once(runtime, reader, seed):
    chance = random.Random(seed)
    world = World(chance, with_pins=False)

    for _ in range(WALKS):
        seen, there = world.walk(reader, with_top=True, pages=chance.choice((1, 2, 3, ENOUGH)))
        assert len(seen) == len(set(seen))
        assert there <= set(seen)
        for _ in range(chance.randint(0, 3)):
            world.happen()
        time_passes()


@pytest.mark.parametrize("reader", READERS[1:], ids=["device", "user"])
@pytest.mark.parametrize("seed", SEEDS)
def test_pins_that_come_and_go_repeat_nothing_and_hide_nothing(runtime, reader, seed):
    chance = random.Random(seed)
    world = World(chance, with_pins=True)

    for _ in range(WALKS):
        seen, there = world.walk(reader, with_top=True, pages=chance.choice((1, 2, ENOUGH)))
        assert len(seen) == len(set(seen))
        assert there <= set(seen)
        time_passes()
