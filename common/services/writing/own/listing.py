"""Lists of own articles, in three shapes (contract/media-platform.md §2.11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Text, select, type_coerce

from common.cache import channel
from common.cache.channel import ONLY
from common.cache.news import readable_cover
from common.errors import InvalidInput
from common.extensions.db import LongList, db, long_page, refresh_view
from common.models import Article
from common.schemas.writing.articles import CommentRow, FiguresRow, Filters, OwnList, OwnRow
from common.services.writing.contents.texts import INVALID_CHANNEL
from common.services.writing.own import figures
from common.services.writing.own.wire import cover_card, moment
from common.utils.constants import ArticleStatus

Shape = Literal["content", "comment", "statistic"]
Rows = Sequence[Any]
Show = Callable[[Rows], Sequence[OwnRow | CommentRow | FiguresRow]]

INVALID_SPAN: Final = "Invalid pubdate param."
LISTED: Final = (  # what a client shows that did not ask for others
    ArticleStatus.DRAFT,
    ArticleStatus.PENDING,
    ArticleStatus.APPROVED,
    ArticleStatus.REJECTED,
)
ONE_DAY: Final = timedelta(days=1)
_TELL_WHY: Final = frozenset({ArticleStatus.REJECTED, ArticleStatus.BANNED})
_UNDECIDED: Final = frozenset(LISTED) - {ArticleStatus.APPROVED}

_COLUMNS: Final = (
    Article.article_id,
    Article.title,
    Article.status,
    # As text: one cover that is no JSON must not take the other articles along.
    type_coerce(Article.cover, Text).label("cover"),
    Article.channel_id,
    Article.create_time,
    Article.update_time,
    Article.review_time,
    Article.reject_reason,
    Article.publish_at,
    Article.allow_comment,
)


def list_own(user_id: int, filters: Filters, *, shape: Shape, page: int, per_page: int) -> OwnList:
    """A page of own articles, newest first, and how many there are. Two statements of SQL, one
    more for comments of followers; figures are a Redis stage.

    :raises InvalidInput: a channel that is neither visible nor one that the author has used, or
        days in the wrong order
    """
    refresh_view()
    _refuse_unknown_channels(user_id, filters.channel_ids)
    conditions = _conditions(user_id, filters, only_approved=shape != "content")
    own = LongList(rows=select(*_COLUMNS), where=conditions, order=(Article.article_id,))
    rows, total = long_page(own, page=page, per_page=per_page)
    results = _SHOWN[shape](rows)
    return {"total_count": total, "page": page, "per_page": per_page, "results": results}


def approved(user_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions of the own articles whose figures the list shows.

    :raises InvalidInput: as the list does
    """
    _refuse_unknown_channels(user_id, filters.channel_ids)
    return _conditions(user_id, filters, only_approved=True)


def rows_of(article_ids: Sequence[int]) -> list[OwnRow]:
    """Rows of articles by id, in this order; those that are deleted or banned are left out.

    One statement, none if there are none.
    """
    if not article_ids:
        return []
    refresh_view()
    query = select(*_COLUMNS).where(Article.article_id.in_(article_ids), Article.status.in_(LISTED))
    found = {row.article_id: row for row in db.session.execute(query)}
    return _contents([found[id_] for id_ in article_ids if id_ in found])


def _conditions(
    user_id: int, filters: Filters, *, only_approved: bool
) -> list[ColumnElement[bool]]:
    statuses = set(filters.statuses or LISTED)
    if only_approved:
        statuses &= {ArticleStatus.APPROVED}
    mine, chosen = Article.user_id == user_id, sorted(statuses)
    if filters.channel_ids:
        # Sums are nothing that an index is chosen for. The one in the order of the list has all
        # that is asked; those that begin with a channel or a status lead to every row.
        in_channels = (Article.channel_id + 0).in_(filters.channel_ids)
        conditions = [mine, (Article.status + 0).in_(chosen), in_channels]
    else:
        conditions = [mine, Article.status.in_(chosen)]
    begin, end = filters.begin, filters.end
    if begin is not None and end is not None and begin > end:
        raise InvalidInput(INVALID_SPAN)
    if begin is not None:
        conditions.append(Article.create_time >= datetime.combine(begin, time()))
    if end is not None:
        conditions.append(Article.create_time < datetime.combine(end, time()) + ONE_DAY)
    return conditions


def _refuse_unknown_channels(user_id: int, channel_ids: Sequence[int]) -> None:
    """An author may go on looking for what he wrote in a channel that was hidden since."""
    unknown = set(channel_ids)
    if unknown:
        unknown -= {each.channel_id for each in channel.all_channels.get(ONLY) or ()}
    if not unknown:
        return
    used = select(Article.channel_id).where(
        Article.user_id == user_id, Article.channel_id.in_(unknown)
    )
    if unknown - set(db.session.scalars(used.distinct())):
        raise InvalidInput(INVALID_CHANNEL)


def _contents(rows: Rows) -> list[OwnRow]:
    return [_content(row) for row in rows]


def _content(row: Any) -> OwnRow:
    shown: OwnRow = {
        "id": row.article_id,
        "title": row.title,
        "status": row.status,
        "cover": cover_card(readable_cover(row.article_id, row.cover)),
        "pubdate": moment(row.create_time),
        "channel_id": row.channel_id,
        "update_time": moment(row.update_time),
    }
    if row.review_time is not None:
        shown["review_time"] = moment(row.review_time)
    if row.status in _TELL_WHY:
        shown["reject_reason"] = row.reject_reason
    if row.publish_at is not None and row.status in _UNDECIDED:
        shown["publish_at"] = moment(row.publish_at)
    return shown


def _comments(rows: Rows) -> list[CommentRow]:
    comments, of_followers = figures.comments_of([row.article_id for row in rows])
    return [
        {
            "id": row.article_id,
            "title": row.title,
            "comment_status": bool(row.allow_comment),
            "total_comment_count": comments.get(row.article_id, 0),
            "fans_comment_count": of_followers.get(row.article_id, 0),
        }
        for row in rows
    ]


def _figures(rows: Rows) -> list[FiguresRow]:
    counted = figures.figures_of([row.article_id for row in rows])
    return [
        {
            "id": row.article_id,
            "title": row.title,
            "comment_count": counted["comment_count"].get(row.article_id, 0),
            "read_count": counted["read_count"].get(row.article_id, 0),
            "like_count": counted["like_count"].get(row.article_id, 0),
            "repost_count": counted["repost_count"].get(row.article_id, 0),
            "collect_count": counted["collect_count"].get(row.article_id, 0),
        }
        for row in rows
    ]


_SHOWN: Final[dict[Shape, Show]] = {
    "content": _contents,
    "comment": _comments,
    "statistic": _figures,
}
