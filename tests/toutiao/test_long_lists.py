"""Lists of 20,000 rows: the last page costs no more round trips than the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from common.cache.engine.local import forget_all
from common.extensions.db import transaction
from common.models import Article, Collection, Comment, Relation, User
from common.utils.background import memories
from common.utils.constants import ArticleStatus, CommentStatus, RelationKind, UserStatus
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.scenarios.articles import SOME_DAY

ROWS = 20_000
PER_PAGE = 20
LAST = ROWS // PER_PAGE
STAGES = 3


def write(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows of one table, whose defaults the database or these rows bring."""
    with transaction() as session:
        session.execute(insert(model), list(rows))


def people(first: int) -> range:
    """Ids of as many enabled users."""
    ids = range(first, first + ROWS)
    write(
        User,
        (
            {
                "user_id": each,
                "mobile": f"139{each:08d}",
                "user_name": f"人{each}",
                "status": UserStatus.ENABLED,
            }
            for each in ids
        ),
    )
    return ids


def relate(pairs: Iterable[tuple[int, int]]) -> None:
    """The first of each pair follows the second, one pair a second."""
    write(
        Relation,
        (
            {
                "user_id": user_id,
                "target_user_id": target_id,
                "relation": RelationKind.FOLLOW,
                "update_time": SOME_DAY + timedelta(seconds=second),
            }
            for second, (user_id, target_id) in enumerate(pairs)
        ),
    )


def followers(user_id: int) -> str:
    relate((each, user_id) for each in people(1))
    return "/v1_0/user/followers?"


def followings(user_id: int) -> str:
    relate((user_id, each) for each in people(1))
    return "/v1_0/user/followings?"


def articles(user_id: int) -> str:
    channel_id = ChannelFactory().channel_id
    write(
        Article,
        (
            {
                "article_id": each,
                "user_id": user_id,
                "channel_id": channel_id,
                "title": "题目",
                "cover": {"type": 0, "images": []},
                "status": ArticleStatus.APPROVED,
                "create_time": SOME_DAY + timedelta(seconds=each),
                "feed_ms": each,
            }
            for each in range(1, ROWS + 1)
        ),
    )
    return "/v1_0/user/articles?"


def collections(user_id: int) -> str:
    articles(UserFactory(verified=True).user_id)
    write(
        Collection,
        (
            {
                "user_id": user_id,
                "article_id": each,
                "is_deleted": False,
                "update_time": SOME_DAY + timedelta(seconds=each),
            }
            for each in range(1, ROWS + 1)
        ),
    )
    return "/v1_0/article/collections?"


@pytest.mark.parametrize("fill", [followers, followings, articles, collections])
def test_the_last_page_by_number_costs_no_more_statements_than_the_first(reader, redis, cost, fill):
    path = fill(reader.user.user_id)

    costs = []
    for page in (1, LAST):
        redis.flushdb()
        forget_all()
        memories.forget_all()
        with cost() as cold:
            answer = reader.get(f"{path}page={page}&per_page={PER_PAGE}")
        with cost() as warm:
            again = reader.get(f"{path}page={page}&per_page={PER_PAGE}")
        assert answer.json["data"]["total_count"] == ROWS
        assert len(answer.json["data"]["results"]) == PER_PAGE
        assert again.json == answer.json
        costs.append((cold, warm))

    (first_cold, first_warm), (last_cold, last_warm) = costs
    assert last_cold.sql <= first_cold.sql
    assert (first_warm.sql, last_warm.sql) == (0, 0)
    assert max(first_warm.stages, last_warm.stages) <= STAGES


def test_the_last_page_of_comments_costs_no_more_statements_than_the_first(reader, redis, cost):
    article = ArticleFactory(published=True)
    writer = UserFactory()
    write(
        Comment,
        (
            {
                "comment_id": each,
                "user_id": writer.user_id,
                "article_id": article.article_id,
                "content": "写得好",
                "status": CommentStatus.APPROVED,
            }
            for each in range(1, ROWS + 1)
        ),
    )
    path = f"/v1_0/comments?type=a&source={article.article_id}&limit={PER_PAGE}"

    costs = []
    for cursor in ("", f"&offset={PER_PAGE + 1}"):
        redis.flushdb()
        forget_all()
        memories.forget_all()
        with cost() as cold:
            answer = reader.get(path + cursor)
        with cost() as warm:
            reader.get(path + cursor)
        assert answer.json["data"]["end_id"] == 1
        assert len(answer.json["data"]["results"]) == PER_PAGE
        costs.append((cold, warm))

    (first_cold, first_warm), (last_cold, last_warm) = costs
    assert last_cold.sql <= first_cold.sql
    assert (first_warm.sql, last_warm.sql) == (0, 0)
    assert max(first_warm.stages, last_warm.stages) <= STAGES
