"""Durable copies of live counters, and what a wiped STORE gets back (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.cache import counters, pins
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view
from common.extensions.redis import store
from common.models import ArticleStatistic, User
from common.services.counters import flushing, rebuilding
from common.services.outbox import marks
from common.services.outbox.projections.counters import APPLIED, DIRTY
from common.utils import clock
from tests import factories
from tests.support.scenarios.likes import toggle_like

KEPT_AND_MORE = flushing.APPLIED_KEPT + timedelta(minutes=1)


@pytest.fixture
def article(runtime):
    article = factories.ArticleFactory(published=True)
    rebuilding.rebuild()  # as the leader does before anything else
    return article


def copy_of(article) -> ArticleStatistic:
    refresh_view()
    return db.session.get(ArticleStatistic, article.article_id, populate_existing=True)


def test_figures_of_touched_articles_are_copied(article):
    toggle_like(user_id=1, article_id=article.article_id)
    store.command("ZADD", "count:art:reading", 12, article.article_id)

    outcome = flushing.flush()

    assert outcome.rows_changed > 0
    assert (copy_of(article).like_count, copy_of(article).read_count) == (1, 12)
    assert store.command("SCARD", DIRTY) == 0


def test_figures_of_touched_users_are_copied(article):
    store.command("ZADD", "count:user:followers", 41, article.user_id)
    store.command("SADD", DIRTY, f"u:{article.user_id}")

    flushing.flush()

    refresh_view()
    author = db.session.get(User, article.user_id, populate_existing=True)
    assert (author.fans_count, author.article_count) == (41, 1)


def test_untouched_articles_cost_nothing(article):
    flushing.flush()

    assert flushing.flush().rows_changed == 0


def test_what_a_dead_run_had_taken_is_copied_by_the_next_one(article):
    toggle_like(user_id=1, article_id=article.article_id)
    assert flushing._take()

    flushing.flush()

    assert copy_of(article).like_count == 1


def test_ids_nobody_knows_are_passed_over(article):
    store.command("SADD", DIRTY, 4711, "u:4711", "nonsense")

    flushing.flush()

    assert db.session.get(ArticleStatistic, 4711) is None
    assert store.command("SCARD", DIRTY) == 0


def test_copies_are_shown_while_store_is_away(article, valkey):
    toggle_like(user_id=1, article_id=article.article_id)
    flushing.flush()

    valkey.stop()

    assert counters.article_likes.get(article.article_id) == 1
    with pytest.raises(DependencyUnavailable):
        flushing.flush()


def test_a_wiped_store_gets_its_figures_and_pins_back(article, redis):
    pin = factories.ChannelTopFactory(article_id=article.article_id, channel_id=7, sequence=3)
    toggle_like(user_id=1, article_id=article.article_id)
    store.command("ZADD", "count:art:reading", 500, article.article_id)
    flushing.flush()
    redis.flushall()
    toggle_like(user_id=2, article_id=article.article_id)

    flushing.restore_if_lost()

    assert counters.article_likes.get(article.article_id) == 2
    assert counters.article_reads.get(article.article_id) == 500
    assert redis.zrange(pins.key(7), 0, -1) == [str(pin.article_id).encode()]
    assert not rebuilding.is_lost()


def test_a_copy_of_reads_never_shrinks(article):
    store.command("ZADD", "count:art:reading", 500, article.article_id)
    store.command("SADD", DIRTY, article.article_id)
    flushing.flush()
    store.command("ZADD", "count:art:reading", 3, article.article_id)
    store.command("SADD", DIRTY, article.article_id)

    flushing.flush()

    assert copy_of(article).read_count == 500


def test_applied_ids_are_remembered_until_nobody_can_apply_them_again(article, redis):
    toggle_like(user_id=1, article_id=article.article_id)
    marks.flush()
    flushing.forget_applied()
    soon = redis.zcard(APPLIED)

    with time_machine.travel(clock.utc_now() + KEPT_AND_MORE):
        flushing.forget_applied()

    assert soon == 2  # the row, and that the counters are whole
    assert redis.zrange(APPLIED, 0, -1) == [b"rebuilt"]


def test_an_applied_row_without_its_mark_is_remembered_however_long_that_takes(article, redis):
    marks.init(most_waiting=0)  # there is no room for it
    toggle_like(user_id=1, article_id=article.article_id)

    with time_machine.travel(clock.utc_now() + timedelta(days=8)):
        flushing.forget_applied()

    assert redis.zcard(APPLIED) == 2
