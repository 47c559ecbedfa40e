"""Fifty writers at once repeated on MariaDB, where rows are locked one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.settings import Settings
from tests.support.harness.runtime import bound_to_tables
from tests.support.harness.stores import Stores
from tests.toutiao.conftest import articles, crowd
from tests.toutiao.news.test_concurrent_collecting import test_collecting
from tests.toutiao.news.test_reports import (
    article,
    test_of_many_reports_at_once_one_is_kept,
)
from tests.toutiao.test_concurrent_writes import (
    test_commenting_answering_and_deleting,
    test_following_and_blocking_the_same_few,
    test_likes_and_dislikes,
    test_likes_while_the_article_is_banned_and_approved_again,
    test_liking_comments,
    test_two_who_follow_and_block_each_other_at_once,
)

__all__ = [
    "article",
    "articles",
    "crowd",
    "test_collecting",
    "test_commenting_answering_and_deleting",
    "test_following_and_blocking_the_same_few",
    "test_likes_and_dislikes",
    "test_likes_while_the_article_is_banned_and_approved_again",
    "test_liking_comments",
    "test_of_many_reports_at_once_one_is_kept",
    "test_two_who_follow_and_block_each_other_at_once",
]


@pytest.fixture
def runtime(stores: Stores, mariadb_url: str) -> Iterator[Settings]:
    """The product on an empty MariaDB database, everything else embedded; nothing is limited."""
    everybody = 50  # a connection for each client: they are what is tried here
    overrides = {"ratelimit_enabled": False, "db_pool_size": everybody}
    with bound_to_tables(stores, mariadb_url, **overrides) as settings:
        yield settings
