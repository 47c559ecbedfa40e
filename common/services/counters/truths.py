"""What the counters should say, by SQL (contract/redis.md §3, contract/jobs.md §5.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from common.cache import counters
from common.cache.engine.counters import Counter
from common.models import (
    Article,
    ArticleStatistic,
    Attitude,
    Collection,
    Comment,
    CommentLiking,
    Relation,
    User,
)
from common.models.visibility import approved_articles_sql
from common.utils.constants import ArticleStatus, AttitudeKind, CommentStatus, RelationKind

CHUNK = 2000  # members per query and command: none holds up the server (contract/jobs.md §5)

Figures = dict[int, int]
Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class _Rows:
    """Rows to count by ``member``."""

    member: Column
    conditions: tuple[ColumnElement[bool], ...]

    def chunk(self, view: Connection, after: int) -> Figures:
        """Figures of the next members behind ``after``, in the order of their ids."""
        query = select(self.member, func.count()).where(*self.conditions, self.member > after)
        rows = view.execute(query.group_by(self.member).order_by(self.member).limit(CHUNK))
        return {member: int(figure) for member, figure in rows}


@dataclass(frozen=True)
class Truth:
    """What one counter should say."""

    counter: Counter
    rows: tuple[_Rows, ...]
    is_of_articles: bool = False  # deleted articles are left out

    def chunks(self, view: Connection) -> Iterator[Figures]:
        """All figures above zero, up to ``CHUNK`` at a time."""
        for rows in self.rows:
            after = 0
            while figures := rows.chunk(view, after):
                after = max(figures)
                yield _without_deleted(view, figures) if self.is_of_articles else figures
                if len(figures) < CHUNK:
                    break


def _without_deleted(view: Connection, figures: Figures) -> Figures:
    query = select(Article.article_id).where(
        Article.article_id.in_(list(figures)), Article.status == ArticleStatus.DELETED
    )
    deleted = set(view.scalars(query))
    return {id_: figure for id_, figure in figures.items() if id_ not in deleted}


def _count(member: Column, *conditions: ColumnElement[bool]) -> _Rows:
    return _Rows(member, conditions)


_approved_comment = Comment.status == CommentStatus.APPROVED
_follows = Relation.relation == RelationKind.FOLLOW

# In the order of the reference's nightly job (contract/jobs.md §1).
TRUTHS = (
    Truth(
        counters.user_articles,
        (_count(Article.user_id, approved_articles_sql()),),
    ),
    Truth(
        counters.article_collections,
        (_count(Collection.article_id, Collection.is_deleted.is_(False)),),
        is_of_articles=True,
    ),
    Truth(
        counters.user_collections, (_count(Collection.user_id, Collection.is_deleted.is_(False)),)
    ),
    Truth(
        counters.article_dislikes,
        (_count(Attitude.article_id, Attitude.attitude == AttitudeKind.DISLIKE),),
        is_of_articles=True,
    ),
    Truth(
        counters.article_likes,
        (_count(Attitude.article_id, Attitude.attitude == AttitudeKind.LIKE),),
        is_of_articles=True,
    ),
    Truth(
        counters.comment_likes,
        (_count(CommentLiking.comment_id, CommentLiking.is_deleted.is_(False)),),
    ),
    Truth(
        counters.article_comments,
        (_count(Comment.article_id, _approved_comment),),
        is_of_articles=True,
    ),
    Truth(
        counters.comment_replies,
        (
            # All descendants count for the head of a thread, direct replies for the others.
            _count(Comment.root_id, _approved_comment),
            _count(Comment.parent_id, _approved_comment, Comment.parent_id != Comment.root_id),
        ),
    ),
    Truth(counters.user_followings, (_count(Relation.user_id, _follows),)),
    Truth(counters.user_followers, (_count(Relation.target_user_id, _follows),)),
    Truth(
        counters.user_likes,
        (
            _count(
                Article.user_id,
                approved_articles_sql(),
                Attitude.article_id == Article.article_id,
                Attitude.attitude == AttitudeKind.LIKE,
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Floor:
    """Figures without a truth in SQL: the copy that was written down last is the least."""

    counter: Counter
    member: Column
    figure: Column

    def chunks(self, view: Connection) -> Iterator[Figures]:
        """All figures above zero, up to ``CHUNK`` at a time."""
        after = 0
        while True:
            query = (
                select(self.member, self.figure)
                .where(self.member > after)
                .order_by(self.member)
                .limit(CHUNK)
            )
            figures = {member: int(figure) for member, figure in view.execute(query)}
            if not figures:
                return
            after = max(figures)
            yield {member: figure for member, figure in figures.items() if figure > 0}


FLOORS = (
    Floor(counters.article_reads, ArticleStatistic.article_id, ArticleStatistic.read_count),
    Floor(counters.user_reads, User.user_id, User.read_count),
)
