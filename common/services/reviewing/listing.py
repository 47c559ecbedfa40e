"""Articles in the operators' lists, and the queue of what waits (contract/admin.md §2.36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, func, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, aliased

from common.cache import counters
from common.cache.engine.stages import stage
from common.cache.news import readable_cover
from common.errors import NotAllowed
from common.extensions.db import LongList, newest_queue
from common.models import Administrator, Article, Channel, User
from common.schemas.overseeing.articles import ArticleFilter, ReviewedArticle, ReviewedArticleList
from common.services.reviewing.rules import written
from common.services.writing.own.wire import cover_card
from common.utils import clock
from common.utils.constants import ArticleStatus
from common.utils.parameters.basic import MAX_ID

BAD_STATUSES: Final = "status_list parameter error."
SHOWN: Final = (  # where nobody asks for others
    ArticleStatus.PENDING,
    ArticleStatus.APPROVED,
    ArticleStatus.REJECTED,
    ArticleStatus.BANNED,
)
# What was written before may be committed later: whoever polls asks for so much once more.
OVERLAP: Final = timedelta(seconds=10)

_Order = tuple[Sequence[InstrumentedAttribute[Any]], bool]  # columns, and whether they descend

_reviewer = aliased(Administrator)
_claimer = aliased(Administrator)


def statuses_in(text: str) -> list[int] | None:
    """The statuses of a list like ``1,2``; None: there are none.

    :raises NotAllowed: something else stands there
    """
    if not text.strip():
        return None
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and len(word) == 1 for word in words):
        raise NotAllowed(BAD_STATUSES)
    found = sorted({int(word) for word in words})
    if found[-1] > max(ArticleStatus):
        raise NotAllowed(BAD_STATUSES)
    return found


def list_articles(
    wanted: ArticleFilter, *, by_id: bool, page: int, per_page: int
) -> ReviewedArticleList:
    """A page of articles and how many there are; two statements and a stage.

    What waits is listed the oldest first, what changed in the order of its changes, anything else
    the newest first unless by id. A claim hides nothing.
    """
    until = clock.now() - OVERLAP
    oldest = select(func.min(Article.waiting_since)).where(Article.waiting_since.is_not(None))
    order, descends = _order(wanted, by_id=by_id)
    articles = LongList(
        rows=query_rows(), where=_conditions(wanted), order=order, descends=descends
    )
    rows, total, oldest_at = newest_queue(articles, oldest, page=page, per_page=per_page)
    return {
        "articles": shown(rows),
        "total_count": total,
        "oldest_at": written(oldest_at),
        "updated_until": until.isoformat(timespec="seconds"),
    }


def query_rows() -> Select[*tuple[Any, ...]]:
    """Articles with the names of all who have to do with them, for :func:`shown`."""
    return (
        select(
            Article.article_id,
            Article.title,
            Article.user_id,
            User.user_name.label("name"),
            Article.channel_id,
            Channel.channel_name,
            # As text: one cover that is no JSON must not take the other articles along.
            type_coerce(Article.cover, Text).label("cover"),
            Article.status,
            Article.version,
            Article.allow_comment,
            Article.create_time,
            Article.update_time,
            Article.publish_at,
            Article.waiting_since,
            Article.reject_reason,
            _reviewer.name.label("reviewer_name"),
            Article.review_time,
            Article.sensitive_hits,
            Article.claimed_by,
            _claimer.name.label("claimed_by_name"),
            Article.claimed_until,
        )
        .outerjoin(User, User.user_id == Article.user_id)
        .outerjoin(Channel, Channel.channel_id == Article.channel_id)
        .outerjoin(_reviewer, _reviewer.administrator_id == Article.reviewer_id)
        .outerjoin(_claimer, _claimer.administrator_id == Article.claimed_by)
    )


def shown(rows: Sequence[Any]) -> list[ReviewedArticle]:
    """The rows as operators see them, with their figures: one stage."""
    ids = [row.article_id for row in rows]
    with stage() as ask:
        comments = counters.article_comments.want(ask, ids)
        reads = counters.article_reads.want(ask, ids)
    now, commented, read = clock.now(), comments(), reads()
    return [
        _shown(row, now, comments=commented[row.article_id], reads=read[row.article_id])
        for row in rows
    ]


def _shown(row: Any, now: datetime, *, comments: int, reads: int) -> ReviewedArticle:
    is_claimed = row.claimed_until is not None and row.claimed_until > now
    return {
        "article_id": row.article_id,
        "title": row.title,
        "user_id": row.user_id,
        "name": row.name,
        "channel_id": str(row.channel_id),
        "channel_name": row.channel_name,
        "cover": cover_card(readable_cover(row.article_id, row.cover)),
        "status": row.status,
        "version": row.version,
        "allow_comment": int(row.allow_comment),
        "comment_count": comments,
        "read_count": reads,
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
        "publish_at": written(row.publish_at),
        "waiting_since": written(row.waiting_since),
        "reject_reason": row.reject_reason,
        "reviewer_name": row.reviewer_name,
        "review_time": written(row.review_time),
        "sensitive_hits": row.sensitive_hits or [],
        "claimed_by": row.claimed_by if is_claimed else None,
        "claimed_by_name": row.claimed_by_name if is_claimed else None,
        "claimed_until": written(row.claimed_until) if is_claimed else None,
    }


def _order(wanted: ArticleFilter, *, by_id: bool) -> _Order:
    if by_id:
        return (Article.article_id,), False
    if wanted.updated_since is not None:
        return (Article.update_time, Article.article_id), False
    if wanted.is_waiting:
        return (Article.waiting_since, Article.article_id), False
    return (Article.create_time, Article.article_id), True


def _conditions(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    conditions = [*_standing(wanted), *_words(wanted)]
    for column, value in (
        (Article.article_id, wanted.article_id),
        (Article.channel_id, wanted.channel_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.begin is not None:
        conditions.append(Article.create_time >= wanted.begin)
    if wanted.end is not None:
        conditions.append(Article.create_time <= wanted.end)
    if wanted.updated_since is not None:
        conditions.append(Article.update_time >= wanted.updated_since)
    return conditions


def _standing(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    """By status, and by what operators still have to do."""
    scheduled = and_(Article.review_time.is_not(None), Article.publish_at.is_not(None))
    if wanted.is_scheduled:
        return [Article.status == ArticleStatus.PENDING, scheduled]
    conditions: list[ColumnElement[bool]] = []
    if wanted.is_waiting:
        conditions.append(Article.waiting_since.is_not(None))
    every = tuple(ArticleStatus)
    others = every if wanted.is_waiting or wanted.updated_since is not None else SHOWN
    conditions += _of(others if wanted.statuses is None else wanted.statuses)
    if wanted.statuses is not None and ArticleStatus.PENDING in wanted.statuses:
        # The queue: what is approved for a time to come has left it.
        conditions.append(or_(Article.status != ArticleStatus.PENDING, ~scheduled))
    return conditions


def _of(statuses: Sequence[int]) -> list[ColumnElement[bool]]:
    """One status is looked up; of several, the index in the order of the list tells which.

    "In" would make databases collect all of them and sort.
    """
    if len(statuses) == 1:
        return [Article.status == statuses[0]]
    unwanted = [status for status in ArticleStatus if status not in statuses]
    return [Article.status.not_in(unwanted)] if unwanted else []


def _words(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.title:
        conditions.append(Article.title.icontains(wanted.title, autoescape=True))
    if wanted.channel:
        named = Channel.channel_name.icontains(wanted.channel, autoescape=True)
        conditions.append(Article.channel_id.in_(select(Channel.channel_id).where(named)))
    if wanted.author:
        by = User.user_name.icontains(wanted.author, autoescape=True)
        conditions.append(or_(_written_by(by), *_equal(Article.user_id, wanted.author)))
    if wanted.keyword:
        by = User.user_name.icontains(wanted.keyword, autoescape=True)
        conditions.append(
            or_(
                Article.title.icontains(wanted.keyword, autoescape=True),
                _written_by(by),
                *_equal(Article.article_id, wanted.keyword),
            )
        )
    return conditions


def _written_by(who: ColumnElement[bool]) -> ColumnElement[bool]:
    return Article.user_id.in_(select(User.user_id).where(who))


def _equal(column: InstrumentedAttribute[int], text: str) -> list[ColumnElement[bool]]:
    """The condition that an id is what was typed, if that is one."""
    is_id = text.isascii() and text.isdigit() and int(text) <= MAX_ID
    return [column == int(text)] if is_id else []
