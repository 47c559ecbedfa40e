"""Articles, channels, and what readers do to articles."""

from __future__ import annotations

from sqlalchemy import CHAR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.models import types as t
from common.models.base import Model, layout
from common.models.user import User


class Channel(Model):
    """A channel. Channel 0 (推荐) is virtual and never a row. Order: ``sequence, channel_id``."""

    __tablename__ = "news_channel"
    __table_args__ = layout("news_channel", unique=("channel_name",))

    channel_id: Mapped[t.AutoUIntId]
    channel_name: Mapped[str] = mapped_column(t.name_text(32))
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    sequence: Mapped[t.Count]
    is_visible: Mapped[t.Flag]
    is_default: Mapped[t.Flag]


class UserChannel(Model):
    """A channel a reader chose; removed = ``is_deleted``. Order: ``sequence, user_channel_id``."""

    __tablename__ = "news_user_channel"
    __table_args__ = layout(
        "news_user_channel",
        unique=("user_id channel_id",),
        index=("user_id is_deleted sequence", "channel_id"),
    )

    user_channel_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    channel_id: Mapped[t.UIntRef]
    create_time: Mapped[t.CreateTime]
    is_deleted: Mapped[t.Flag]
    update_time: Mapped[t.UpdateTime]
    sequence: Mapped[t.Count]


class Article(Model):
    """An article without its body (``ArticleStatus``). ``article_id`` is a snowflake.

    ``user_id`` is the author. ``cover`` is ``{"type": 0|1|3, "images": [url, ...]}``. ``version``
    grows with every edit. ``feed_ms`` is the publication time in epoch ms, moved by single ms
    until unique, hence an exact cursor of feeds. ``waiting_since`` is set while operators have to
    decide about it or about a text beside it. ``claimed_by`` is the administrator who reviews
    ``claimed_version`` of it until ``claimed_until``. ``comment_count`` is obsolete.
    """

    __tablename__ = "news_article_basic"
    __table_args__ = layout(
        "news_article_basic",
        unique=("feed_ms",),
        index=(
            "user_id",
            "status",
            "user_id status create_time article_id",
            "user_id article_id status channel_id create_time",
            "channel_id status create_time article_id",
            "status create_time",
            "publish_at",
            "channel_id status feed_ms",
            "status feed_ms",
            "waiting_since",
            "update_time",
            "create_time article_id status",
            "channel_id create_time article_id status",
        ),
    )

    article_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    channel_id: Mapped[t.UIntRef]
    title: Mapped[t.Str128]
    cover: Mapped[t.JsonObject]
    is_advertising: Mapped[t.Flag]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]
    status: Mapped[t.CodeZero]
    reviewer_id: Mapped[int | None]
    review_time: Mapped[t.Moment | None]
    delete_time: Mapped[t.Moment | None]
    reject_reason: Mapped[t.Str200 | None]
    comment_count: Mapped[t.Count]
    allow_comment: Mapped[t.FlagOn]
    version: Mapped[t.CountFromOne]
    publish_at: Mapped[t.Moment | None]
    feed_ms: Mapped[t.Big | None]
    sensitive_hits: Mapped[t.JsonList | None]
    claimed_by: Mapped[t.UIntRef | None]
    claimed_until: Mapped[t.Moment | None]
    waiting_since: Mapped[t.Moment | None]
    claimed_version: Mapped[t.UInt | None]

    author: Mapped[User | None] = relationship(
        primaryjoin="foreign(Article.user_id) == User.user_id", viewonly=True, lazy="raise"
    )
    body: Mapped[ArticleContent | None] = relationship(
        primaryjoin="Article.article_id == foreign(ArticleContent.article_id)",
        viewonly=True,
        lazy="raise",
    )


class ArticleContent(Model):
    """The HTML body of an article, 1:1, written in the same transaction.

    ``chars`` and ``pictures`` are counted whenever a body is saved: what a reading is expected to
    take follows from them (contract/additions.md §1.2).
    """

    __tablename__ = "news_article_content"
    __table_args__ = layout("news_article_content")

    article_id: Mapped[t.GivenId]
    content: Mapped[t.LongText]
    chars: Mapped[t.Count]
    pictures: Mapped[t.Count]


class ArticleStatistic(Model):
    """The durable copy of an article's Redis counters, 1:1 (contract/jobs.md, counters.flush)."""

    __tablename__ = "news_article_statistic"
    __table_args__ = layout("news_article_statistic")

    article_id: Mapped[t.GivenId]
    read_count: Mapped[t.Count]
    like_count: Mapped[t.Count]
    dislike_count: Mapped[t.Count]
    repost_count: Mapped[t.Count]
    collect_count: Mapped[t.Count]
    fans_comment_count: Mapped[t.Count]


class Collection(Model):
    """A collected article; taken back = ``is_deleted``. Order: ``update_time`` descending."""

    __tablename__ = "news_collection"
    __table_args__ = layout(
        "news_collection",
        unique=("user_id article_id",),
        index=("user_id is_deleted update_time article_id", "article_id is_deleted"),
    )

    collection_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef]
    create_time: Mapped[t.CreateTime]
    is_deleted: Mapped[t.Flag]
    update_time: Mapped[t.UpdateTime]


class Attitude(Model):
    """A like or dislike of an article (``AttitudeKind``); ``attitude`` NULL = taken back."""

    __tablename__ = "news_attitude"
    __table_args__ = layout(
        "news_attitude", unique=("user_id article_id",), index=("article_id attitude",)
    )

    attitude_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef]
    attitude: Mapped[t.Code | None]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]


class Report(Model):
    """A reader's complaint (``ReportKind``), once per article; NULL ``remark`` for none.

    ``status`` is ``ReportStatus``; ``handler_id`` is the administrator who handled it.
    """

    __tablename__ = "news_report"
    __table_args__ = layout(
        "news_report",
        unique=("user_id article_id",),
        index=("article_id create_time", "status create_time", "status article_id create_time"),
    )

    report_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef]
    type: Mapped[t.Code | None]
    remark: Mapped[t.Str200 | None]
    create_time: Mapped[t.CreateTime]
    status: Mapped[t.CodeZero]
    handler_id: Mapped[t.BigRef | None]
    handled_at: Mapped[t.Moment | None]


class ReportDismissal(Model):
    """A text that operators found nothing wrong with: reports of just this one are dismissed.

    ``digest`` is that of the text as readers saw it; ``handler_id`` is the administrator.
    """

    __tablename__ = "news_report_dismissal"
    __table_args__ = layout("news_report_dismissal")

    article_id: Mapped[t.GivenId]
    digest: Mapped[str] = mapped_column(CHAR(64))
    handler_id: Mapped[t.BigRef]
    created_at: Mapped[t.CreateTime]


class Read(Model):
    """An article a user read. Obsolete: histories live in Redis; kept for existing databases."""

    __tablename__ = "news_read"
    __table_args__ = layout("news_read", unique=("user_id article_id",))

    read_id: Mapped[t.AutoId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef]
    create_time: Mapped[t.CreateTime]
    update_time: Mapped[t.UpdateTime]


class ChannelTop(Model):
    """An article pinned to a channel, shown between ``starts_at`` and ``ends_at``."""

    __tablename__ = "channel_top"
    __table_args__ = layout("channel_top")

    channel_id: Mapped[t.GivenUIntId]
    article_id: Mapped[t.GivenId]
    sequence: Mapped[int]
    starts_at: Mapped[t.Moment | None]
    ends_at: Mapped[t.Moment | None]


class ArticleReview(Model):
    """A change of an article's status, from ``former`` to ``status``, or an operator's decision.

    Decisions have ``action`` (``ReviewAction``) and ``batch_id``; about a text beside a live one,
    or for a time to come, they leave the status as it is. ``waited`` is for how many seconds
    something had waited for it; ``former_state`` is what its undoing (``undone_at``) restores.
    """

    __tablename__ = "news_article_review"
    __table_args__ = layout(
        "news_article_review", index=("article_id id", "batch_id", "created_at")
    )

    id: Mapped[t.AutoId]
    article_id: Mapped[t.BigRef]
    status: Mapped[t.Code]
    former: Mapped[t.Code]
    reason: Mapped[t.Str200 | None]
    reviewer_id: Mapped[t.UIntRef | None]
    batch_id: Mapped[t.BigRef | None]
    created_at: Mapped[t.CreateTime]
    action: Mapped[t.Code | None]
    waited: Mapped[t.UInt | None]
    former_state: Mapped[t.JsonOrNull | None]
    undone_at: Mapped[t.Moment | None]
