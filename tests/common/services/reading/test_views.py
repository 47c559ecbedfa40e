"""Reads are counted once per reader and minute, survive an outage of STORE, and make a history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.models import BehaviourEvent
from common.services.behaviour import recording
from common.services.reading import views
from common.settings import Settings
from common.utils.constants import BehaviourKind, ReadSource
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import eventually

ARTICLE, AUTHOR, CHANNEL, READER = 318204775501, 300127764410, 5, 7


@pytest.fixture
def counting(runtime: Settings) -> Iterator[Settings]:
    """Reads are counted and recorded."""
    recording.init(runtime)
    views.init(runtime)
    yield runtime
    views.close()
    recording.close()


def view(article_id: int = ARTICLE, *, user_id: int | None = READER, **more: object) -> None:
    call: dict[str, Any] = {"visitor": None, "ip": "203.0.113.9"} | more
    views.viewed(article_id, AUTHOR, CHANNEL, user_id=user_id, **call)


def reads(redis, article_id: int = ARTICLE) -> int:
    views.flush()
    return int(redis.zscore("count:art:reading", article_id) or 0)


def test_a_read_counts_for_the_article_and_its_author(counting, redis):
    view()

    assert reads(redis) == 1
    assert redis.zscore("count:user:arts:reading", AUTHOR) == 1
    assert redis.smembers("count:dirty") == {b"%d" % ARTICLE, b"u:%d" % AUTHOR}


def test_reading_again_within_a_minute_does_not_count(counting, redis):
    for _ in range(3):
        view()

    assert reads(redis) == 1
    assert 0 < redis.ttl(f"read:{ARTICLE}:{READER}") <= 60


def test_reading_again_after_a_minute_counts(counting, redis):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False) as time:
        view()
        views.flush()
        time.shift(timedelta(seconds=60))
        view()

        assert reads(redis) == 2


def test_every_process_knows_what_another_one_has_counted(counting, redis):
    view()
    views.close()
    views.init(counting)
    view()

    assert reads(redis) == 1


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ({"visitor": "anon:a"}, {"visitor": "anon:b"}, 2),
        ({"visitor": "anon:a"}, {"visitor": "anon:a", "ip": "203.0.113.10"}, 1),
        ({}, {}, 1),
        ({}, {"ip": "203.0.113.10"}, 2),
        ({"ip": None}, {"ip": None}, 1),
        ({"user_id": 8}, {"user_id": 9}, 2),
        ({"user_id": 8, "visitor": "anon:a"}, {"user_id": 8, "visitor": "anon:b"}, 1),
    ],
)
def test_readers_are_told_apart_by_user_then_device_then_address(
    first, second, count, counting, redis
):
    for who in (first, second):
        view(**({"user_id": None} | who))

    assert reads(redis) == count


def test_readers_at_the_same_moment_are_all_counted(counting, redis):
    at_once(*(lambda user_id=user_id: view(user_id=user_id) for user_id in range(1, 21)))

    assert reads(redis) == 20


def test_reads_reach_the_counter_without_being_asked_to(counting, redis):
    view()

    eventually(lambda: redis.zscore("count:art:reading", ARTICLE) == 1)


def test_the_one_who_reads_pays_for_nothing(counting, cost):
    with cost() as spent:
        view()

    assert (spent.sql, spent.stages) == (0, 0)


def test_a_counted_read_is_an_event_and_an_uncounted_one_is_not(counting):
    for _ in range(2):
        view(source=ReadSource.RECOMMENDATION)
    views.flush()
    recording.flush()

    (event,) = db.session.scalars(select(BehaviourEvent))
    assert (event.kind, event.subject, event.article_id) == (BehaviourKind.READ, "7", ARTICLE)
    assert (event.author_id, event.channel_id) == (AUTHOR, CHANNEL)
    assert (event.source, event.seconds) == (ReadSource.RECOMMENDATION, None)


def test_a_history_is_newest_first_and_reading_again_moves_to_the_front(counting, redis):
    for article_id in (1, 2, 3, 1):
        view(article_id)

    assert views.history(READER, 0, 10) == [1, 3, 2]
    assert views.history(READER, 1, 1) == [3]
    assert reads(redis, 1) == 1


def test_a_history_keeps_the_newest_hundred_without_an_end(counting, redis):
    for article_id in range(1, 106):
        view(article_id)

    assert views.history(READER, 0, 200) == list(range(105, 5, -1))
    assert redis.ttl(f"user:{READER}:his:reading") == -1


def test_a_history_is_scored_by_epoch_seconds(counting, redis):
    with time_machine.travel("2026-05-01T08:30:00.250+08:00", tick=False):
        view()
        views.flush()

    (entry,) = redis.zrange(f"user:{READER}:his:reading", 0, -1, withscores=True)
    assert entry == (b"%d" % ARTICLE, 1777595400.25)


def test_visitors_have_no_history(counting, redis):
    view(user_id=None)
    views.flush()

    assert redis.keys("user:*") == []


def test_a_cleared_history_is_empty_and_the_counts_stay(counting, redis):
    view()
    views.clear_history(READER)

    assert views.history(READER, 0, 10) == []
    assert reads(redis) == 1


def test_a_history_costs_one_round_trip(counting, cost):
    view()

    with cost() as spent:
        views.history(READER, 0, 10)

    assert (spent.sql, spent.stages) == (0, 1)


def test_during_an_outage_a_history_is_empty_and_cannot_be_cleared(counting, valkey):
    valkey.stop()
    view()

    assert views.history(READER, 0, 10) == []
    with pytest.raises(DependencyUnavailable):
        views.clear_history(READER)


def test_how_long_a_reader_stayed_is_an_event_of_its_own(counting):
    token = {
        "action": "read",
        "userId": "1",
        "articleId": str(ARTICLE),
        "algorithmCombine": "C2",
    }
    for header in (json.dumps(token), "nonsense"):
        views.duration(
            header,
            subject="7",
            ip=None,
            article_id=ARTICLE,
            channel_id=CHANNEL,
            author_id=AUTHOR,
            seconds=100_000,
        )
    recording.flush()

    (event,) = db.session.scalars(select(BehaviourEvent))
    assert (event.kind, event.subject, event.seconds) == (BehaviourKind.READ, "7", 86_400)


def test_nothing_is_counted_before_the_start(runtime, redis):
    view()

    assert reads(redis) == 0
