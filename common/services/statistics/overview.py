"""What happened to an author lately (contract/media-platform.md §2.32)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.extensions.db import db, refresh_view
from common.models import Article, ArticleDay, Comment, Relation, User
from common.models.visibility import approved_comments_sql, enabled_users_sql
from common.schemas.statistics import Overview, SpanFigures
from common.services.statistics import days
from common.services.statistics.days import ONE_DAY, Span
from common.utils import clock
from common.utils.constants import RelationKind

WEEK: Final = timedelta(days=7)

ByDay = Tally[date]


def overview_of(author_id: int) -> Overview:
    """Reads of and comments on all own articles, and new followers. Five statements."""
    refresh_view()
    session = db.session()
    today = clock.now().date()
    span = Span(today - WEEK + ONE_DAY, today)
    reads = _reads(session, author_id, span)
    comments = _comments(session, author_id, span)
    followers = _followers(session, author_id, span)

    def within(first: date, last: date) -> SpanFigures:
        some = [first + ONE_DAY * n for n in range((last - first).days + 1)]
        return {
            "read_count": sum(map(reads.__getitem__, some)),
            "comment_count": sum(map(comments.__getitem__, some)),
            "fans_count": sum(map(followers.__getitem__, some)),
        }

    return {
        "today": within(today, today),
        "yesterday": within(today - ONE_DAY, today - ONE_DAY),
        "week": within(today - WEEK + ONE_DAY, today),
    }


def _reads(session: Session, author_id: int, span: Span) -> ByDay:
    live_from = days.counted_from(session)
    written = (
        select(ArticleDay.day, func.sum(ArticleDay.reads))
        .join(Article, Article.article_id == ArticleDay.article_id)
        .where(
            Article.user_id == author_id,
            *span.without_from(live_from).day_limits(ArticleDay.day),
        )
        .group_by(ArticleDay.day)
    )
    live = days.reads_of_author(session, author_id, span.without_before(live_from))
    return _by_day(session.execute(written)) + live


def _comments(session: Session, author_id: int, span: Span) -> ByDay:
    day = func.date(Comment.create_time)
    query = (
        select(day, func.count())
        .select_from(Comment)
        .join(Article, Article.article_id == Comment.article_id)
        .where(
            Article.user_id == author_id,
            approved_comments_sql(),
            *span.limits(Comment.create_time),
        )
        .group_by(day)
    )
    return _by_day(session.execute(query))


def _followers(session: Session, author_id: int, span: Span) -> ByDay:
    """Enabled users who follow now, by when they began to."""
    day = func.date(Relation.update_time)
    query = (
        select(day, func.count())
        .select_from(Relation)
        .join(User, User.user_id == Relation.user_id)
        .where(
            Relation.target_user_id == author_id,
            Relation.relation == RelationKind.FOLLOW,
            enabled_users_sql(),
            *span.limits(Relation.update_time),
        )
        .group_by(day)
    )
    return _by_day(session.execute(query))


def _by_day(rows: Iterable[Any]) -> ByDay:
    return Tally({days.day_of(day): int(number) for day, number in rows})
