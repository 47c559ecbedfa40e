"""What is counted of own articles, for the lists of their author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import and_, func, select

from common.cache import collections, counters
from common.cache.engine.counters import Counter, Figures
from common.cache.engine.stages import stage
from common.extensions.db import db
from common.models import Article, ArticleStatistic, Comment, Relation
from common.models.visibility import approved_comments_sql
from common.utils.constants import RelationKind

COUNTED: Final[dict[str, Counter]] = {  # by member of the wire
    "comment_count": counters.article_comments,
    "read_count": counters.article_reads,
    "like_count": counters.article_likes,
    "collect_count": collections.article_collections,
}


def figures_of(article_ids: Sequence[int]) -> dict[str, Figures]:
    """Figures by member of the wire, then by article. One stage, one statement.

    Nothing is shared yet, so ``repost_count`` is what an import brought along.
    """
    with stage() as ask:
        asked = {name: counter.want(ask, article_ids) for name, counter in COUNTED.items()}
    return {name: answer() for name, answer in asked.items()} | {
        "repost_count": _reposts(article_ids)
    }


def comments_of(article_ids: Sequence[int]) -> tuple[Figures, Figures]:
    """Comments and replies that show, all of them and those of people who follow the author now.

    One stage, one statement.
    """
    return counters.article_comments.get_many(article_ids), _of_followers(article_ids)


def _of_followers(article_ids: Sequence[int]) -> Figures:
    rows = db.session.execute(
        select(Comment.article_id, func.count(Comment.comment_id))
        .join(Article, Article.article_id == Comment.article_id)
        .join(
            Relation,
            and_(
                Relation.user_id == Comment.user_id,
                Relation.target_user_id == Article.user_id,
                Relation.relation == RelationKind.FOLLOW,
            ),
        )
        .where(Comment.article_id.in_(article_ids), approved_comments_sql())
        .group_by(Comment.article_id)
    )
    return {row[0]: row[1] for row in rows}


def _reposts(article_ids: Sequence[int]) -> Figures:
    rows = db.session.execute(
        select(ArticleStatistic.article_id, ArticleStatistic.repost_count).where(
            ArticleStatistic.article_id.in_(article_ids)
        )
    )
    return {row[0]: row[1] for row in rows}
