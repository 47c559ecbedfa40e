"""Readers who follow, like and comment while parts of the product are killed, and what authors
are to hear of it: each deed once, in order (contract/realtime.md §4, §6)."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, session_scope
from common.models import Notification, OutboxEvent
from common.services.outbox.relay import lanes
from tests.factories import ArticleFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.harness.waiting import eventually

WRITERS = 4
DELIVERY_SECONDS = 120


class Size(NamedTuple):
    """How much is done. Likes of an article stay below what is told one by one in a minute."""

    authors: int
    fans: int
    articles: int  # of each author
    likes: int  # of each article
    comments: int  # of each article
    kills: int

    @property
    def deeds(self) -> int:
        """Follows, likes and comments."""
        return self.authors * (self.fans + self.articles * (self.likes + self.comments))


SHORT = Size(authors=4, fans=40, articles=5, likes=8, comments=4, kills=3)
LONG = Size(authors=5, fans=100, articles=20, likes=10, comments=5, kills=20)
SIZES = [
    pytest.param(SHORT, id="short"),
    pytest.param(LONG, id="long", marks=pytest.mark.drill),
]


class Deed:
    """Something a reader does to an author, who is to hear of it."""

    def __init__(self, actor: ApiClient, path: str, **body: Any) -> None:
        self._actor, self._path, self._body = actor, path, body

    def do(self) -> int:
        """The status of the answer."""
        return self._actor.post(self._path, json=self._body).status_code


class Crowd:
    """Authors and their fans, who do a share of their deeds whenever they are told to."""

    def __init__(self, sign_in: SignIn, size: Size) -> None:
        self.size = size
        self.authors = [sign_in(UserFactory()) for _ in range(size.authors)]
        self.statuses: list[int] = []
        self._waiting = self._deeds([sign_in(UserFactory()) for _ in range(size.fans)])
        self._permits = threading.Semaphore(0)
        self._shares = 0

    def _deeds(self, fans: list[ApiClient]) -> list[Deed]:
        """In no order."""
        chance = random.Random(20)
        found = []
        for author in self.authors:
            own = author.user.user_id
            found += [Deed(fan, "/v1_0/user/followings", target=own) for fan in fans]
            for _ in range(self.size.articles):
                article = ArticleFactory(published=True, user_id=own).article_id
                liking = chance.sample(fans, self.size.likes)
                found += [Deed(fan, "/v1_0/article/likings", target=article) for fan in liking]
                found += [
                    Deed(fan, "/v1_0/comments", target=article, content=f"评论 {number}")
                    for number, fan in enumerate(liking[: self.size.comments])
                ]
        chance.shuffle(found)
        assert len(found) == self.size.deeds
        return found

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Fans wait for their shares inside, and have done all of them at the end."""
        with ThreadPoolExecutor(WRITERS) as threads:
            writing: list[Future[None]] = [threads.submit(self._write) for _ in range(WRITERS)]
            try:
                yield
            finally:
                self._permits.release(self.size.deeds)
        for each in writing:
            each.result()

    def share(self) -> None:
        """Have the next share done, from now on; the one before is done."""
        due = self.size.deeds * self._shares // self.size.kills
        eventually(lambda: len(self.statuses) >= due, what="deeds", seconds=DELIVERY_SECONDS)
        self._shares += 1
        self._permits.release(self.size.deeds * self._shares // self.size.kills - due)

    def _write(self) -> None:
        while True:
            self._permits.acquire()
            try:
                deed = self._waiting.pop()
            except IndexError:
                return
            with session_scope():
                self.statuses.append(deed.do())

    def kept(self) -> dict[int, list[int]]:
        """Ids of the notices in SQL by who is told, in order, once all effects are made."""
        eventually(lambda: _undelivered() == 0, what="the outbox", seconds=DELIVERY_SECONDS)
        refresh_view()
        found: dict[int, list[int]] = {author.user.user_id: [] for author in self.authors}
        query = select(Notification.user_id, Notification.id).order_by(Notification.id)
        for user_id, id_ in db.session.execute(query):
            found[user_id].append(id_)
        told = sum(map(len, found.values()))
        assert told == self.size.deeds, f"{told} of {self.size.deeds}, {Tally(self.statuses)}"
        return found


def kill_again_and_again(crowd: Crowd, kill: Callable[[], None], start: Callable[[], None]) -> None:
    """As often as is said, each time in the middle of what fans do."""
    chance = random.Random(21)
    for _ in range(crowd.size.kills):
        crowd.share()
        time.sleep(chance.uniform(0, 0.2))
        kill()
        time.sleep(chance.uniform(0.05, 0.5))
        start()


@contextmanager
def relaying() -> Iterator[None]:
    """What the schedule process does besides its jobs."""
    stop = threading.Event()
    threads = [threading.Thread(target=lane.run_forever, args=[stop]) for lane in lanes()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def _undelivered() -> int:
    """Effects that wait."""
    refresh_view()
    with session_scope() as session:
        query = select(func.count(OutboxEvent.id)).where(OutboxEvent.done_at.is_(None))
        return session.scalar(query) or 0
