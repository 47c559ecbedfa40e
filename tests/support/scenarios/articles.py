"""Articles in numbers that factories, which commit each row, are too slow for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from common.extensions.db import transaction
from common.models import Article, ArticleContent, ArticleStatistic, Collection
from common.utils.constants import ArticleStatus
from tests.factories import ChannelFactory
from tests.factories.base import FIRST_ID

SOME_DAY = datetime.fromisoformat("2026-01-01")
_FIRST = FIRST_ID // 2  # apart from what factories number


def many_articles(author_id: int, count: int, *, first: int = _FIRST) -> list[int]:
    """Published articles, one a second; their ids from ``first`` on, oldest first."""
    channel_id = ChannelFactory().channel_id
    article_ids = [first + index for index in range(count)]
    with transaction() as session:
        session.execute(
            insert(Article),
            [
                {
                    "article_id": article_id,
                    "user_id": author_id,
                    "channel_id": channel_id,
                    "title": f"第{index}篇",
                    "cover": {"type": 0, "images": []},
                    "status": ArticleStatus.APPROVED,
                    "create_time": SOME_DAY + timedelta(seconds=index),
                    "feed_ms": article_id,
                }
                for index, article_id in enumerate(article_ids)
            ],
        )
        ids = [{"article_id": article_id} for article_id in article_ids]
        session.execute(
            insert(ArticleContent), [{**each, "content": "<p>正文</p>"} for each in ids]
        )
        session.execute(insert(ArticleStatistic), ids)
    return article_ids


def many_collections(user_id: int, article_ids: Sequence[int]) -> None:
    """Collect articles, one a second in the order given."""
    with transaction() as session:
        session.execute(
            insert(Collection),
            [
                {
                    "user_id": user_id,
                    "article_id": article_id,
                    "update_time": SOME_DAY + timedelta(seconds=index),
                }
                for index, article_id in enumerate(article_ids)
            ],
        )


def in_turns(article_ids: list[int], channel_ids: list[int]) -> list[int]:
    """Put articles into channels, one after the other in turns; their ids."""
    with transaction() as session:
        for number, channel_id in enumerate(channel_ids):
            session.execute(
                update(Article)
                .where(Article.article_id.in_(article_ids[number :: len(channel_ids)]))
                .values(channel_id=channel_id)
            )
    return article_ids
