"""What editors write and see of their own articles (contract/media-platform.md §2.10 to §2.15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, NotRequired

from typing_extensions import TypedDict

from common.schemas.news import CoverCard
from common.schemas.writing.autosaves import UNNAMED, Origin
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


@dataclass(frozen=True, kw_only=True)
class CreateOptions:
    """How a text becomes an article.

    :param is_draft: it is not to be reviewed yet
    :param schedule: None: it appears as soon as it is approved
    :param origin: which open editor sends it
    :param autosave_id: the unfinished text that it was until now
    """

    is_draft: bool
    schedule: Schedule | None = None
    origin: Origin = UNNAMED
    autosave_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SaveOptions:
    """How a text is saved over an earlier one.

    :param is_draft: it is not to be reviewed yet
    :param keep_live: readers keep what they see until the new text is approved
    :param schedule: None: it stays as it is
    :param base_versions: what the author says he began with: of several the newest that there is;
        none: the last save wins
    :param origin: which open editor sends it
    :param is_merging: put it together with what was saved since, where that does not overlap
    """

    is_draft: bool
    keep_live: bool = False
    schedule: Schedule | None = None
    base_versions: tuple[int, ...] = ()
    origin: Origin = UNNAMED
    is_merging: bool = False

    @property
    def base_version(self) -> int | None:
        """The newest that he names, whether there is one or not."""
        return max(self.base_versions, default=None)

    def base_of(self, newest: int) -> int | None:
        """The version that the author began with, as far as he says."""
        known = [version for version in self.base_versions if version <= newest]
        return max(known, default=self.base_version)


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
