"""What editors write and see of their own articles (contract/media-platform.md §2.10 to §2.15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, NotRequired

from typing_extensions import TypedDict

from common.schemas.news import CoverCard
from common.utils.constants import ArticleStatus


@dataclass(frozen=True, kw_only=True)
class ArticleText:
    """A text as its author sends it; ``cover`` is the object of the wire, unchecked."""

    title: str
    content: str
    cover: Mapping[str, Any]
    channel_id: int


class Schedule(NamedTuple):
    """When an article is to appear, product time; None: as soon as it is approved."""

    publish_at: datetime | None


class Saved(NamedTuple):
    """What a save came to: ``version`` is that of the text, new or not.

    ``is_merged``: the text holds changes of somebody else, too.
    """

    article_id: int
    version: int
    is_merged: bool = False


class Filters(NamedTuple):
    """Which of an author's articles; nothing: all that are neither deleted nor banned.

    ``begin`` and ``end`` are days on which they were made, both included.
    """

    statuses: tuple[ArticleStatus, ...] = ()
    channel_ids: tuple[int, ...] = ()
    begin: date | None = None
    end: date | None = None


class SavedArticle(TypedDict):
    """What a save is answered; ``merged`` where the text holds changes of somebody else, too."""

    id: int
    merged: NotRequired[bool]


class WrittenArticle(TypedDict):
    """An own article as the form takes it, which sends it back (media-platform.md §2.12)."""

    id: int
    title: str
    cover: CoverCard
    channel_id: int
    content: str
    status: NotRequired[int]
    reject_reason: NotRequired[str | None]
    publish_at: NotRequired[str]


class OwnRow(TypedDict):
    """An own article in the list of contents (media-platform.md §2.11 a)."""

    id: int
    title: str
    status: int
    cover: CoverCard
    pubdate: str
    channel_id: int
    update_time: str
    review_time: NotRequired[str]
    reject_reason: NotRequired[str | None]
    publish_at: NotRequired[str]


class CommentRow(TypedDict):
    """An own article in the list of its comments (media-platform.md §2.11 b)."""

    id: int
    title: str
    comment_status: bool
    total_comment_count: int
    fans_comment_count: int


class FiguresRow(TypedDict):
    """An own article in the list of figures (media-platform.md §2.11 c)."""

    id: int
    title: str
    comment_count: int
    read_count: int
    like_count: int
    repost_count: int
    collect_count: int


class OwnList(TypedDict):
    """A page of own articles, in one of three shapes."""

    total_count: int
    page: int
    per_page: int
    results: Sequence[OwnRow | CommentRow | FiguresRow]


class Refused(TypedDict):
    """One of many that was left as it is."""

    id: int
    reason: str


class Deleted(TypedDict):
    """What became of many at once."""

    count: int
    refused: list[Refused]
