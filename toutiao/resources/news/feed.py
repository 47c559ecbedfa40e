"""The feed by time, and by page number."""

from __future__ import annotations

from pydantic import BaseModel

from common.services.feed import pages
from common.utils.decorators import login_optional
from common.utils.http import current
from common.utils.output import Resource
from common.utils.parser import ChannelId, Flag, Page, PerPage, TimestampMs


class FeedQuery(BaseModel):
    channel_id: ChannelId
    timestamp: TimestampMs
    with_top: Flag = False
    per_page: PerPage = pages.PAGE_SIZE


class ArticleListQuery(BaseModel):
    channel_id: ChannelId
    timestamp: TimestampMs | None = None
    with_top: Flag = False
    page: Page = 1
    per_page: PerPage = pages.PAGE_SIZE


class FeedResource(Resource):
    """The feed of a channel, by time."""

    method_decorators = (login_optional,)

    def get(self, query: FeedQuery) -> pages.ReadyPage:
        """The newest page, or the one older than a former ``pre_timestamp``."""
        return pages.page_at(
            _reader(),
            channel_id=query.channel_id,
            time_ms=query.timestamp,
            with_top=query.with_top,
            count=query.per_page,
        )


class ArticleListResource(Resource):
    """The feed of a channel, by time or by page number."""

    method_decorators = (login_optional,)

    def get(self, query: ArticleListQuery) -> pages.ReadyPage | pages.ReadyList:
        """With ``timestamp`` as ``/v1_1/articles``, without it by page number."""
        if query.timestamp is None:
            return pages.page_numbered(
                _reader(), channel_id=query.channel_id, page=query.page, per_page=query.per_page
            )
        return pages.page_at(
            _reader(),
            channel_id=query.channel_id,
            time_ms=query.timestamp,
            with_top=query.with_top,
            count=query.per_page,
        )


def _reader() -> pages.Reader:
    return pages.Reader(user_id=current.reader_id(), subject=current.subject())
