"""Fifty clients at once who collect the same few articles and take them out again."""

from __future__ import annotations

import pytest

from common.cache import collections
from common.models import Collection
from tests.support.scenarios.storms import (
    CALLS,
    CLIENTS,
    assert_figures,
    assert_no_duplicates,
    by,
    data,
    storm,
    toggles,
)

pytestmark = pytest.mark.settings(ratelimit_enabled=False, db_pool_size=CLIENTS)


def test_collecting(crowd, articles, redis):
    targets = [article.article_id for article in articles]
    path = "/v1_0/article/collections"

    statuses = storm(crowd, lambda _, chance: toggles(chance, [path], [path], targets))

    kept = Collection.is_deleted.is_(False)
    of_articles, of_users = by(Collection.article_id, kept), by(Collection.user_id, kept)
    assert set(statuses) == {("POST", 201), ("DELETE", 204)}
    assert sum(statuses.values()) == CLIENTS * CALLS
    assert_no_duplicates(Collection.user_id, Collection.article_id)
    assert_figures(redis, collections.article_collections, of_articles)
    assert_figures(redis, collections.user_collections, of_users)
    for client in crowd[:5]:
        listed = data(client, path)
        assert listed["total_count"] == of_users.get(client.user.user_id, 0)
        assert len(listed["results"]) == listed["total_count"]
        for item in listed["results"]:
            assert item["collect_count"] == of_articles[item["art_id"]]
