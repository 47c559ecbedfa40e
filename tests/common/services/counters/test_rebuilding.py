"""Counters made anew from SQL while the product goes on (contract/jobs.md §5)."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from structlog.testing import capture_logs

from common.cache import counters
from common.cache.engine.counters import Counter
from common.errors import DependencyUnavailable
from common.extensions.db import session_scope, transaction
from common.extensions.redis import store
from common.models import ArticleStatistic
from common.schemas.events.comments import CommentAdded
from common.services import outbox
from common.services.counters import rebuilding
from common.services.counters import truths as counter_truths
from common.services.jobs import leadership
from common.services.outbox.projections.counters import DIRTY
from common.services.outbox.relay import Relay
from common.utils import clock
from common.utils.constants import ArticleStatus, AttitudeKind, CommentStatus, RelationKind
from tests import factories
from tests.support.harness.waiting import eventually
from tests.support.scenarios.likes import AUTHOR_ID, likes_in_sql, toggle_like

LIKE, DISLIKE = AttitudeKind.LIKE, AttitudeKind.DISLIKE


def store_answers() -> bool:
    try:
        return bool(store.command("PING"))
    except DependencyUnavailable:
        return False


def figures(key: str) -> dict[int, int]:
    flat = store.command("ZRANGE", key, 0, -1, "WITHSCORES")
    return {int(flat[at]): int(float(flat[at + 1])) for at in range(0, len(flat), 2)}


def test_every_counter_is_what_sql_says(runtime):
    author = factories.UserFactory(verified=True)
    article = factories.ArticleFactory(published=True, user_id=author.user_id)
    factories.ArticleFactory(user_id=author.user_id, status=ArticleStatus.DRAFT)
    for attitude in (LIKE, LIKE, DISLIKE, None):
        factories.AttitudeFactory(article_id=article.article_id, attitude=attitude)
    top = factories.CommentFactory(article_id=article.article_id)
    reply = factories.CommentFactory(to=top)
    factories.CommentFactory(to=reply)
    factories.CommentFactory(to=top, status=CommentStatus.DELETED)
    factories.CommentLikingFactory(comment_id=reply.comment_id)
    follow = factories.RelationFactory(target_user_id=author.user_id)
    factories.RelationFactory(user_id=author.user_id, blacklisted=True)

    outcome = rebuilding.rebuild()

    assert outcome.failures == ()
    assert figures("count:user:arts") == {author.user_id: 1}
    assert figures("count:art:liking") == {article.article_id: 2}
    assert figures("count:art:dislike") == {article.article_id: 1}
    assert figures("count:user:liked") == {author.user_id: 2}
    assert figures("count:art:comm") == {article.article_id: 3}
    assert figures("count:art:reply") == {top.comment_id: 2, reply.comment_id: 1}
    assert figures("count:comm:liking") == {reply.comment_id: 1}
    assert figures("count:user:followings") == {follow.user_id: 1}
    assert figures("count:user:followers") == {author.user_id: 1}


def test_likes_of_articles_that_are_not_visible_are_not_their_authors(runtime):
    banned = factories.ArticleFactory(published=True, status=ArticleStatus.BANNED)
    deleted = factories.ArticleFactory(published=True, status=ArticleStatus.DELETED)
    for article in (banned, deleted):
        factories.AttitudeFactory(article_id=article.article_id, attitude=LIKE)

    rebuilding.rebuild()

    assert figures("count:user:liked") == {}
    assert figures("count:art:liking") == {banned.article_id: 1}


def test_wrong_negative_and_surplus_figures_are_corrected_and_reported(runtime):
    article = factories.ArticleFactory(published=True)
    factories.AttitudeFactory(article_id=article.article_id, attitude=LIKE)
    rebuilding.rebuild()
    store.command("ZADD", "count:art:liking", -5, article.article_id, 77, 4242)

    outcome = rebuilding.rebuild(["count:art:liking"])

    assert figures("count:art:liking") == {article.article_id: 1}
    assert outcome.rows_changed == 2
    assert outcome.lines[0] == "count:art:liking: 2 of 1 differ, by 77 at most, 1 negative"
    assert f"  {article.article_id}: -5 -> 1" in outcome.lines
    assert "  4242: 77 -> 0" in outcome.lines


def test_an_empty_truth_removes_the_counter(runtime, redis):
    redis.zadd("count:art:liking", {"7": 3})

    rebuilding.rebuild()

    assert not redis.exists("count:art:liking")


def test_a_dry_run_reports_and_changes_nothing(runtime, redis):
    article = factories.ArticleFactory(published=True)
    factories.AttitudeFactory(article_id=article.article_id, attitude=LIKE)
    before = set(redis.keys())

    outcome = rebuilding.rebuild(dry_run=True)

    assert f"  {article.article_id}: missing -> 1" in outcome.lines
    assert set(redis.keys()) == before
    assert rebuilding.is_lost()


def test_nothing_is_left_behind(runtime, redis):
    factories.AttitudeFactory(attitude=LIKE)

    rebuilding.rebuild()

    assert not redis.keys("count:*:tmp:*")
    assert not redis.keys("count:*:delta")
    assert redis.ttl("count:art:liking") == -1


def test_one_counter_that_fails_does_not_stop_the_others(runtime):
    article = factories.ArticleFactory(published=True)
    factories.AttitudeFactory(article_id=article.article_id, attitude=LIKE)
    broken = counter_truths.Truth(Counter("count:art:dislike", truth=[None]))
    truths = [
        broken if truth.counter is counters.article_dislikes else truth
        for truth in counter_truths.TRUTHS
    ]

    outcome = rebuilding.rebuild(truths=truths)

    assert figures("count:art:liking") == {article.article_id: 1}
    assert len(outcome.failures) == 1
    assert outcome.failures[0].startswith("count:art:dislike: ")
    assert rebuilding.is_lost()  # only a whole success says that nothing is missing


def test_figures_are_read_and_written_in_chunks(runtime, monkeypatch):
    monkeypatch.setattr(counter_truths, "CHUNK", 3)
    followed = [factories.RelationFactory().target_user_id for _ in range(8)]

    rebuilding.rebuild()

    assert figures("count:user:followers") == dict.fromkeys(followed, 1)


def test_reading_figures_are_lifted_to_their_copy_but_never_lowered(runtime):
    low, high = (factories.ArticleFactory(published=True) for _ in range(2))
    with transaction() as session:
        for article in (low, high):
            statistic = session.get(ArticleStatistic, article.article_id)
            if statistic is None:
                session.add(ArticleStatistic(article_id=article.article_id, read_count=50))
            else:
                statistic.read_count = 50
    store.command("ZADD", "count:art:reading", 3, low.article_id, 80, high.article_id)

    rebuilding.rebuild()

    assert figures("count:art:reading") == {low.article_id: 50, high.article_id: 80}


def test_a_pending_effect_that_sql_knows_is_not_counted_twice(runtime, valkey):
    valkey.stop()
    toggle_like(user_id=1, article_id=101)
    valkey.start()
    eventually(store_answers)

    rebuilding.rebuild()
    with time_machine.travel(clock.utc_now() + timedelta(minutes=1)):
        Relay().run_once()

    assert figures("count:art:liking") == {101: 1}


@dataclass(frozen=True)
class Eventful(counter_truths.Truth):
    """Something happens after the snapshot was taken and before counters are swapped."""

    happens: Callable[[], object]

    def chunks(self, view):
        with session_scope():
            self.happens()
        yield from super().chunks(view)


def likes_while(happens: Callable[[], object]) -> list[counter_truths.Truth]:
    return [Eventful(counters.article_likes, happens)]


def test_a_change_made_during_the_run_is_added(runtime):
    toggle_like(user_id=1, article_id=101)

    rebuilding.rebuild(truths=likes_while(lambda: toggle_like(user_id=2, article_id=101)))

    assert figures("count:art:liking") == {101: 2}


def test_a_second_run_takes_over_and_the_first_one_swaps_nothing(runtime):
    toggle_like(user_id=1, article_id=101)
    likes = likes_while(lambda: rebuilding.rebuild(["count:art:liking"]))

    with capture_logs() as lines:
        outcome = rebuilding.rebuild(["count:art:liking"], truths=likes)

    assert not [line for line in lines if "exc_info" in line]  # it is no defect
    assert outcome.failures == ("count:art:liking: TakenOver: count:art:liking",)
    assert figures("count:art:liking") == {101: 1}


def test_a_leader_that_lost_its_lease_swaps_nothing(runtime, redis):
    factories.AttitudeFactory(attitude=LIKE)

    with (
        pytest.raises(leadership.LeaseLost),
        leadership.warrant(fence=41, timeout=timedelta(minutes=1)),
    ):
        rebuilding.rebuild()

    assert not redis.exists("count:art:liking")


def test_no_change_is_lost_or_doubled_while_writers_go_on(runtime):
    stop = threading.Event()

    def write(seed: int) -> None:
        dice = random.Random(seed)
        with session_scope():
            while not stop.is_set():
                toggle_like(user_id=dice.randint(1, 20), article_id=dice.randint(101, 103))

    writers = [threading.Thread(target=write, args=[seed]) for seed in range(3)]
    for writer in writers:
        writer.start()
    outcomes = [rebuilding.rebuild() for _ in range(8)]
    stop.set()
    for writer in writers:
        writer.join()

    assert [outcome.failures for outcome in outcomes] == [()] * 8
    assert figures("count:art:liking") == likes_in_sql()


def test_replies_are_counted_alike_by_events_and_by_sql(runtime):
    article = factories.ArticleFactory(published=True)
    top = factories.CommentFactory(article_id=article.article_id)
    reply = factories.CommentFactory(to=top)
    answer = factories.CommentFactory(to=reply)
    with transaction():
        for each in (top, reply, answer):
            outbox.add(
                CommentAdded(
                    comment_id=each.comment_id,
                    user_id=each.user_id,
                    article_id=article.article_id,
                    author_id=AUTHOR_ID,
                    parent_id=each.parent_id,
                    root_id=each.root_id,
                )
            )
    live = figures("count:art:reply"), figures("count:art:comm")

    rebuilding.rebuild()

    assert live == (figures("count:art:reply"), figures("count:art:comm"))


def test_corrected_figures_are_due_to_be_copied(runtime, redis):
    article = factories.ArticleFactory(published=True)
    factories.RelationFactory(
        user_id=article.user_id, target_user_id=article.user_id + 1, relation=RelationKind.FOLLOW
    )
    factories.AttitudeFactory(article_id=article.article_id, attitude=LIKE)

    rebuilding.rebuild()

    assert str(article.article_id).encode() in redis.smembers(DIRTY)
    assert f"u:{article.user_id}".encode() in redis.smembers(DIRTY)


def test_a_store_that_is_away_is_said_so(runtime, valkey):
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        rebuilding.rebuild()
