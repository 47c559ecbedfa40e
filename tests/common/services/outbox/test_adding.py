"""The outbox: nothing that has to follow from a commit is lost, doubled, or waited for."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from common.cache import counters, news
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view, transaction
from common.extensions.redis import store
from common.models import OutboxEvent
from common.schemas.events.attitudes import AttitudeChanged
from common.schemas.events.comments import CommentLikingChanged
from common.services import outbox
from common.services.outbox import marks
from common.services.outbox.effects import StoredEffect
from common.services.outbox.projections import counters as counting
from common.services.outbox.relay import Relay
from common.utils import clock
from common.utils.constants import AttitudeKind
from common.utils.observing import request_id
from tests.support.processes import crashing
from tests.support.processes.programs import environment, program
from tests.support.scenarios.likes import AUTHOR_ID, likes_in_sql, toggle_like

KILLS = 100
LATER = timedelta(minutes=2)


class Regret(Exception):
    """The change is taken back."""


def rows() -> list[OutboxEvent]:
    refresh_view()
    return list(db.session.scalars(select(OutboxEvent).order_by(OutboxEvent.id)))


def waiting() -> int:
    refresh_view()
    open_rows = select(func.count(OutboxEvent.id)).where(OutboxEvent.done_at.is_(None))
    return db.session.scalar(open_rows)


def relay_later() -> None:
    """Everything that waits, as if nobody had been there for a while."""
    with time_machine.travel(clock.utc_now() + LATER):
        while Relay().run_once():
            pass


def like(user_id: int = 1, article_id: int = 101) -> AttitudeChanged:
    return AttitudeChanged(
        user_id=user_id,
        article_id=article_id,
        author_id=AUTHOR_ID,
        before=None,
        after=AttitudeKind.LIKE,
    )


def test_an_event_outside_of_a_transaction_is_refused(runtime):
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.add(like())


def test_what_follows_happens_right_after_the_commit(runtime):
    with transaction():
        outbox.add(like())
        before = counters.article_likes.get(101)

    assert (before, counters.article_likes.get(101)) == (0, 1)
    assert counters.user_likes.get(AUTHOR_ID) == 1


def test_any_number_of_events_costs_one_round_trip_per_store(runtime, cost):
    with cost() as spent, transaction():
        for user_id in range(1, 6):
            outbox.add(like(user_id))
            outbox.add(CommentLikingChanged(user_id=user_id, comment_id=7, is_liked=True))

    assert spent.stages_by_edge == {"cache": 1, "store": 1}
    assert counters.article_likes.get(101) == 5


def test_a_transaction_that_rolls_back_leaves_nothing_behind(runtime):
    with suppress(Regret), transaction():
        outbox.add(like())
        raise Regret
    with transaction():
        pass

    assert rows() == []
    assert counters.article_likes.get(101) == 0


def test_a_savepoint_that_rolls_back_takes_its_events_along(runtime):
    with transaction() as session:
        outbox.add(like(user_id=1))
        with suppress(Regret), session.begin_nested():
            outbox.add(like(user_id=2))
            session.flush()
            raise Regret

    assert counters.article_likes.get(101) == 1


def test_what_was_done_inline_is_marked_soon_and_never_done_again(runtime):
    toggle_like(user_id=1, article_id=101)
    marks.flush()
    marked = {row.topic for row in rows() if row.done_at is not None}

    relay_later()

    assert marked == {"cache.invalidate", "counter.apply"}
    assert counters.article_likes.get(101) == 1


def test_a_lost_mark_costs_a_second_delivery_that_changes_nothing(runtime):
    marks.init(most_waiting=0)
    toggle_like(user_id=1, article_id=101)
    before = waiting()

    relay_later()

    assert (before, waiting()) == (3, 0)
    assert counters.article_likes.get(101) == 1


def test_a_dead_redis_fails_no_commit_and_loses_no_effect(runtime, valkey):
    valkey.stop()
    for user_id in (1, 2, 3):
        toggle_like(user_id=user_id, article_id=101)
    Relay().run_once()
    valkey.start()
    with pytest.raises(DependencyUnavailable):
        store.command("PING")  # the breaker is still open

    relay_later()

    assert waiting() == 0
    assert int(valkey.client().zscore("count:art:liking", 101)) == 3


def test_a_delivery_that_was_asleep_for_too_long_is_left_to_others(runtime):
    toggle_like(user_id=1, article_id=101)
    (row,) = [row for row in rows() if row.topic == counting.TOPIC]
    effect = StoredEffect(row.id + 1, row.payload, row.created_at, deadline_ms=1000)

    with pytest.raises(DependencyUnavailable):
        counting.deliver([effect])

    assert counters.article_likes.get(101) == 1


def test_a_row_remembers_the_request_that_caused_it(runtime):
    request_id.begin("story-1")

    toggle_like(user_id=1, article_id=101)

    assert {row.payload["_request_id"] for row in rows()} == {"story-1"}
    request_id.begin(None)


@pytest.mark.timeout(180)
def test_killing_processes_anywhere_loses_and_doubles_nothing(runtime, tmp_path, redis):
    seed = random.randrange(2**32)
    log = tmp_path / "crashing.log"
    command = ["-m", "tests.support.processes.crashing", str(seed), str(KILLS)]
    with program(command, environment(runtime, PYTHONWARNINGS="ignore"), log) as process:
        assert process.wait(150) == 0, f"seed {seed}: {log.read_text()[-2000:]}"
    written = len(rows())

    relay_later()

    truth = likes_in_sql()
    live = {article_id: counters.article_likes.get(article_id) for article_id in crashing.ARTICLES}
    assert written > KILLS
    assert waiting() == 0
    assert live == {article_id: truth.get(article_id, 0) for article_id in crashing.ARTICLES}, seed
    assert counters.user_likes.get(AUTHOR_ID) == sum(truth.values()), seed
    assert_caches_are_true()


def assert_caches_are_true() -> None:
    for user_id in crashing.USERS:
        cached = news.attitudes.get_many(user_id, crashing.ARTICLES)
        assert cached == news._load_attitudes(user_id)


def test_what_follows_from_many_events_is_written_down_in_few_rows(runtime, redis):
    with transaction():
        outbox.add_all([like(user_id=n, article_id=101 + n % 2) for n in range(1, 11)])

    topics = [row.topic for row in rows()]
    assert (topics.count("cache.invalidate"), topics.count("counter.apply")) == (1, 1)
    assert topics.count("notify") == 10  # each author's come one after the other
    assert [redis.zscore(counters.article_likes.key, id_) for id_ in (101, 102)] == [5, 5]
    relay_later()
    assert redis.zscore(counters.article_likes.key, 101) == 5
