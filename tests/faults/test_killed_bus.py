"""Redis, bus and STORE at once, is killed again and again while readers write (realtime.md §4)."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, session_scope
from common.models import Notification, OutboxEvent
from common.services.outbox.relay import lanes
from tests.factories import ArticleFactory, UserFactory
from tests.support.clients import ApiClient
from tests.support.realtime import NO_LIMITS, Client, client, node
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.settings(ratelimit_enabled=False),
    pytest.mark.timeout(900),
]

AUTHORS = 5
ARTICLES = 20  # of each
ACTORS = 100
LIKES = 10  # of each article: more in a minute are not told one by one
COMMENTS = 5  # of each article
DEEDS = AUTHORS * ACTORS + AUTHORS * ARTICLES * (LIKES + COMMENTS)
KILLS = 20
WRITERS = 4
NAMES = {"following notify", "liking notify", "comment notify"}


class Deed:
    """Something a reader does to an author, who is to hear of it."""

    def __init__(self, actor: ApiClient, path: str, **body: Any) -> None:
        self._actor, self._path, self._body = actor, path, body

    def do(self) -> int:
        """The status of the answer."""
        return self._actor.post(self._path, json=self._body).status_code


def deeds(actors: list[ApiClient], articles: dict[int, list[int]]) -> list[Deed]:
    """Two thousand, each told once, in no order."""
    chance = random.Random(20)
    found = [
        Deed(actor, "/v1_0/user/followings", target=author)
        for author in articles
        for actor in actors
    ]
    for article in (article for ids in articles.values() for article in ids):
        fans = chance.sample(actors, LIKES)
        found += [Deed(fan, "/v1_0/article/likings", target=article) for fan in fans]
        found += [
            Deed(fan, "/v1_0/comments", target=article, content=f"评论 {number}")
            for number, fan in enumerate(fans[:COMMENTS])
        ]
    chance.shuffle(found)
    return found


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


def killing(valkey: Any, are_done: Callable[[], int]) -> None:
    """Twenty times, spread over all that is done."""
    chance = random.Random(21)
    for number in range(KILLS):
        due = DEEDS * number // KILLS
        while are_done() < due:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.2))
        valkey.kill()
        time.sleep(chance.uniform(0.05, 0.5))
        valkey.start()


def undelivered() -> int:
    """Effects that wait."""
    refresh_view()
    with session_scope() as session:
        query = select(func.count(OutboxEvent.id)).where(OutboxEvent.done_at.is_(None))
        return session.scalar(query) or 0


def heard_by(listener: Client) -> list[tuple[str, int]]:
    """Names and ids of the notices that came so far."""
    with listener.heard.mutex:
        return [(name, data["id"]) for name, data in listener.heard.queue if name in NAMES]


def test_nothing_is_lost_nothing_comes_twice_and_nobody_who_writes_notices(
    runtime, sign_in, valkey, tmp_path
):
    authors = [sign_in(UserFactory()) for _ in range(AUTHORS)]
    actors = [sign_in(UserFactory()) for _ in range(ACTORS)]
    articles = {
        author.user.user_id: [
            ArticleFactory(published=True, user_id=author.user.user_id).article_id
            for _ in range(ARTICLES)
        ]
        for author in authors
    }
    waiting = deeds(actors, articles)
    assert len(waiting) == DEEDS == 2_000
    statuses: list[int] = []

    def write() -> None:
        while waiting:
            try:
                deed = waiting.pop()
            except IndexError:
                return
            with session_scope():
                statuses.append(deed.do())

    with ExitStack() as running:
        im = running.enter_context(node(runtime, tmp_path, NO_LIMITS))
        listeners = [
            running.enter_context(client(im, query=f"token={author.token}")) for author in authors
        ]
        running.enter_context(relaying())
        with ThreadPoolExecutor(WRITERS) as threads:
            writing = [threads.submit(write) for _ in range(WRITERS)]
            # Here: the server ends with the thread that started it.
            killing(valkey, lambda: len(statuses))
        for each in writing:
            each.result()
        eventually(lambda: undelivered() == 0, what="the outbox", seconds=120)
        kept = _kept(articles)
        eventually(
            lambda: sum(map(len, map(heard_by, listeners))) >= DEEDS,
            what="notices",
            seconds=60,
            log=im.log,
        )
        heard = [heard_by(each) for each in listeners]

    assert Counter(statuses) == {201: DEEDS}
    assert len({id_ for ids in kept.values() for id_ in ids}) == DEEDS
    for author, told in zip(authors, heard, strict=True):
        assert Counter(id_ for _, id_ in told) == Counter(kept[author.user.user_id])


def _kept(articles: dict[int, list[int]]) -> dict[int, list[int]]:
    """Ids of the notices in SQL, by who is told."""
    refresh_view()
    found: dict[int, list[int]] = {user_id: [] for user_id in articles}
    for user_id, id_ in db.session.execute(select(Notification.user_id, Notification.id)):
        found[user_id].append(id_)
    return found
