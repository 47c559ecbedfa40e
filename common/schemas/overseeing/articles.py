"""Articles as operators see them, and what they decide about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import TypedDict

from common.schemas.news import CoverCard
from common.utils.constants import ReviewAction


class ReviewedArticle(TypedDict):
    """An article in a list; ``waiting_since``: an operator has to decide, about it or an edit."""

    article_id: int
    title: str
    user_id: int
    name: str | None
    channel_id: str
    channel_name: str | None
    cover: CoverCard
    status: int
    version: int
    allow_comment: int
    comment_count: int
    read_count: int
    create_time: str
    update_time: str
    publish_at: str | None
    waiting_since: str | None
    reject_reason: str | None
    reviewer_name: str | None
    review_time: str | None
    sensitive_hits: list[str]
    claimed_by: int | None
    claimed_by_name: str | None
    claimed_until: str | None


class ReviewedArticleList(TypedDict):
    """A page of articles; ``oldest_at`` is since when the oldest undecided one waits.

    ``updated_until`` is what to ask for next as ``updated_since``.
    """

    articles: list[ReviewedArticle]
    total_count: int
    oldest_at: str | None
    updated_until: str


class DecisionRow(TypedDict):
    """A change of an article's status, or a decision about it (``ReviewAction``)."""

    review_id: int
    status: int
    former: int
    action: int | None
    reason: str | None
    reviewer_id: int | None
    reviewer_name: str | None
    batch_id: int | None
    create_time: str
    undone_at: str | None


class DecisionList(TypedDict):
    """The history of one article, the latest first."""

    reviews: list[DecisionRow]
    total_count: int


class WaitingText(TypedDict):
    """What waits beside a live article, or the text itself if that is not live."""

    version: int
    title: str
    content: str
    cover: CoverCard
    channel_id: str


class ReviewedArticlePage(ReviewedArticle):
    """An article with its text; ``edit`` is the one that waits beside it, if any does."""

    content: str
    edit: WaitingText | None
    reviews: list[DecisionRow]


class Skipped(TypedDict):
    """An article that a batch left alone: ``edited`` or ``withdrawn`` since the reviewer saw it."""

    article_id: int
    reason: str
    version: int


class Decided(TypedDict):
    """What a batch came to; ``batch_id`` takes it back."""

    count: int
    batch_id: int | None
    skipped: list[Skipped]


class Claimed(TypedDict):
    """What was claimed, and until when."""

    count: int
    article_ids: list[int]
    claimed_until: str


class ReviewerFigures(TypedDict):
    """What one administrator decided."""

    administrator_id: int
    name: str | None
    count: int
    undone: int


class ReviewStatistics(TypedDict):
    """How long decisions took (seconds) and who made them; ``share_undone`` is from 0 to 1."""

    begin: str
    end: str
    count: int
    p50_seconds: int | None
    p95_seconds: int | None
    undone: int
    share_undone: float
    reviewers: list[ReviewerFigures]
    waiting: int
    oldest_at: str | None


class AppealRow(TypedDict):
    """An objection in the operators' list; ``status`` is ``AppealStatus``."""

    appeal_id: int
    article_id: int
    title: str
    article_status: int
    user_id: int
    name: str | None
    text: str
    status: int
    answer: str | None
    decision: int
    reason: str | None
    handler_name: str | None
    create_time: str
    handled_at: str | None


class AppealList(TypedDict):
    """A page of objections; ``oldest_at`` is since when the oldest open one waits."""

    appeals: list[AppealRow]
    total_count: int
    oldest_at: str | None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done to articles.

    :param versions: by article, the version that the reviewer has seen, where he says so
    """

    action: ReviewAction
    article_ids: Sequence[int]
    reason: str
    versions: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ArticleFilter:
    """Which articles; None means any.

    :param statuses: None: all but drafts and deleted ones
    :param is_waiting: only what operators have to decide about
    :param updated_since: only what changed since then
    """

    title: str | None = None
    channel: str | None = None
    statuses: Sequence[int] | None = None
    begin: datetime | None = None
    end: datetime | None = None
    article_id: int | None = None
    author: str | None = None
    channel_id: int | None = None
    keyword: str | None = None
    is_waiting: bool | None = None
    is_scheduled: bool | None = None
    updated_since: datetime | None = None
