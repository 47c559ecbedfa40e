"""The counters of contract/redis.md §3.

They are changed by the outbox only (projection ``counters``), except the reading counts, whose
only live source is STORE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from common.cache.engine.counters import Counter
from common.extensions.db import db
from common.models import ArticleStatistic, User


def _of_article(column: str) -> Callable[[Sequence[int]], Mapping[int, int]]:
    def load(ids: Sequence[int]) -> Mapping[int, int]:
        field = getattr(ArticleStatistic, column)
        rows = db.session.execute(
            select(ArticleStatistic.article_id, field).where(ArticleStatistic.article_id.in_(ids))
        )
        return {article_id: int(figure or 0) for article_id, figure in rows}

    return load


def _of_user(column: str) -> Callable[[Sequence[int]], Mapping[int, int]]:
    def load(ids: Sequence[int]) -> Mapping[int, int]:
        field = getattr(User, column)
        rows = db.session.execute(select(User.user_id, field).where(User.user_id.in_(ids)))
        return {user_id: int(figure or 0) for user_id, figure in rows}

    return load


article_reads = Counter("count:art:reading", _of_article("read_count"))
article_collections = Counter("count:art:collecting", _of_article("collect_count"))
article_likes = Counter("count:art:liking", _of_article("like_count"))
article_dislikes = Counter("count:art:dislike", _of_article("dislike_count"))
article_comments = Counter("count:art:comm", _of_article("fans_comment_count"))
comment_likes = Counter("count:comm:liking")
comment_replies = Counter("count:art:reply")
user_articles = Counter("count:user:arts", _of_user("article_count"))
user_reads = Counter("count:user:arts:reading", _of_user("read_count"))
user_collections = Counter("count:user:art:collecting")
user_followings = Counter("count:user:followings", _of_user("following_count"))
user_followers = Counter("count:user:followers", _of_user("fans_count"))
user_likes = Counter("count:user:liked", _of_user("like_count"))

ALL = (
    article_reads,
    article_collections,
    article_likes,
    article_dislikes,
    article_comments,
    comment_likes,
    comment_replies,
    user_articles,
    user_reads,
    user_collections,
    user_followings,
    user_followers,
    user_likes,
)
