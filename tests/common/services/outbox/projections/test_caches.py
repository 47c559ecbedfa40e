"""Cached values that an event made wrong are gone with the commit, or as soon as can be."""

from __future__ import annotations

import pytest

from common.cache import news
from common.errors import DependencyUnavailable
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections.caches import deliver, effects_of
from common.utils import clock
from tests import factories
from tests.support.scenarios.feeding import ban


def test_all_that_an_event_drops_is_one_effect_that_names_each_key_once():
    (effect,) = effects_of(["user:1:art", "art:7:info", "user:1:art"])

    assert effect.agg_key == "user:1:art"
    assert effect.payload == {"keys": ["user:1:art", "art:7:info"]}


def test_an_event_that_drops_nothing_has_no_effect():
    assert effects_of([]) == []


def test_a_banned_article_is_gone_with_the_commit(runtime):
    article = factories.ArticleFactory(published=True)
    before = news.article_info.get(article.article_id)

    ban(article.article_id)

    assert before is not None
    assert news.article_info.get(article.article_id) is None


def test_a_cache_that_is_away_is_repaired_later(runtime, valkey):
    valkey.stop()
    effect = StoredEffect(1, {"keys": ["art:1:info"]}, clock.now_precise(), 2**50)

    with pytest.raises(DependencyUnavailable):
        deliver([effect])


@pytest.mark.parametrize("payload", [{}, {"keys": "art:1:info"}, {"keys": [1]}])
def test_a_malformed_effect_is_refused(runtime, payload):
    with pytest.raises(MalformedPayload):
        deliver([StoredEffect(1, payload, clock.now_precise(), 2**50)])
