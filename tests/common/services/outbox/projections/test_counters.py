"""Figures follow what happened, each effect once (contract/redis.md §3)."""

from __future__ import annotations

import pytest

from common.cache import counters
from common.cache.engine import built
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.schemas.events.articles import ArticlesDeleted
from common.services.outbox.dispatch import effects_in
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections.counters import (
    APPLIED,
    DIRTY,
    TOPIC,
    Change,
    deliver,
    effects_of,
)
from common.utils import clock

ARTICLE = 101


def stored(id_: int, *changes: list[object]) -> StoredEffect:
    deadline_ms = clock.now_ms() + 60_000
    return StoredEffect(id_, {"changes": list(changes)}, clock.now_precise(), deadline_ms)


def test_figures_that_stay_as_they_are_are_not_written_down():
    effects = effects_of([Change(counters.article_likes, 7, 0), Change(counters.user_likes, 9, 1)])

    (effect,) = effects
    assert effect.agg_key == "count:user:liked:9"
    assert effect.payload == {"changes": [["count:user:liked", 9, 1]]}
    assert effects_of([Change(counters.article_likes, 7, 0)]) == []


def test_the_figures_of_a_deleted_article_are_forgotten(runtime):
    deliver([stored(1, ["count:art:liking", ARTICLE, 5])])
    (effect,) = effects_in(TOPIC, ArticlesDeleted(article_ids=(ARTICLE,), author_id=2))

    deliver([stored(2, *effect.payload["changes"])])

    assert store.command("ZSCORE", "count:art:liking", ARTICLE) is None


def test_an_effect_counts_once_however_often_it_comes(runtime):
    effect = stored(1, ["count:art:liking", ARTICLE, 1])

    for _ in range(3):
        deliver([effect, effect])

    assert counters.article_likes.get(ARTICLE) == 1


def test_changes_that_arrive_in_the_wrong_order_add_up(runtime):
    deliver([stored(2, ["count:art:liking", ARTICLE, -1])])
    meanwhile = counters.article_likes.get(ARTICLE)
    deliver([stored(1, ["count:art:liking", ARTICLE, 1])])

    assert meanwhile == 0  # never seen negative
    assert store.command("ZSCORE", "count:art:liking", ARTICLE) is None


def test_touched_articles_and_users_are_remembered_for_their_copies(runtime, redis):
    deliver([stored(1, ["count:art:liking", 7, 1], ["count:user:liked", 9, 1])])
    deliver([stored(2, ["count:comm:liking", 5, 1], ["count:art:reply", 8, 1])])

    assert redis.smembers(DIRTY) == {b"7", b"u:9"}


def test_a_counter_of_another_type_is_begun_anew_and_due_to_be_rebuilt(runtime, redis):
    redis.zadd(APPLIED, {built.MARK: 1})
    redis.set("count:user:liked", "broken")

    deliver([stored(1, ["count:art:liking", 7, 1], ["count:user:liked", 9, 1])])

    assert redis.zscore("count:art:liking", 7) == redis.zscore("count:user:liked", 9) == 1
    assert redis.zrange(APPLIED, 0, -1) == [b"1"]


@pytest.mark.parametrize(
    "payload",
    [{}, {"changes": [["count:art:liking", 7]]}, {"changes": [["no:such:counter", 7, 1]]}],
)
def test_a_malformed_effect_is_refused_before_anything_is_counted(runtime, redis, payload):
    sound = stored(1, ["count:art:liking", 7, 1])
    broken = StoredEffect(2, payload, sound.created_at, sound.deadline_ms)

    with pytest.raises(MalformedPayload):
        deliver([sound, broken])

    assert redis.dbsize() == 0


def test_a_store_that_is_away_counts_nothing(runtime, valkey):
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        deliver([stored(1, ["count:art:liking", 7, 1])])
