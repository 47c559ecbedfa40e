"""What an editor keeps beside an article: revisions, autosaves, previews, appeals, uses."""

from __future__ import annotations

from sqlalchemy import CHAR, String
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class ArticleRevision(Model):
    """What an article said in one of its versions, saved deliberately (``RevisionStatus``).

    ``session`` is the open editor that it came from, ``sequence`` the place among what that one
    sent; NULL where the client does not say.
    """

    __tablename__ = "news_article_revision"
    __table_args__ = layout(
        "news_article_revision", unique=("article_id version",), index=("status created_at",)
    )

    id: Mapped[t.AutoId]
    article_id: Mapped[t.BigRef]
    version: Mapped[t.UInt]
    title: Mapped[t.Str128]
    content: Mapped[t.LongText]
    cover: Mapped[t.JsonObject]
    channel_id: Mapped[t.UIntRef]
    created_at: Mapped[t.CreateTime]
    status: Mapped[t.CodeZero]
    session: Mapped[t.Str32 | None]
    sequence: Mapped[t.UInt | None]


class ArticleAutosave(Model):
    """What an author was typing: one slot per author and article, NULL for a text without one.

    ``base_version`` is the version of the article that the author began with. Nothing is
    checked: title and channel may be unfinished. ``session`` and ``sequence`` as in revisions.
    """

    __tablename__ = "article_autosave"
    __table_args__ = layout(
        "article_autosave", unique=("user_id article_id",), index=("user_id saved_at",)
    )

    autosave_id: Mapped[t.GivenId]
    user_id: Mapped[t.BigRef]
    article_id: Mapped[t.BigRef | None]
    base_version: Mapped[t.UInt | None]
    title: Mapped[t.Str255]
    content: Mapped[t.LongText]
    cover: Mapped[t.JsonObject]
    channel_id: Mapped[t.UIntRef | None]
    saved_at: Mapped[t.MomentMs]
    session: Mapped[t.Str32 | None]
    sequence: Mapped[t.UInt | None]


class ArticlePreview(Model):
    """The one link that shows an article before it is published; ``nonce`` NULL = revoked."""

    __tablename__ = "article_preview"
    __table_args__ = layout("article_preview", index=("expires_at",))

    article_id: Mapped[t.GivenId]
    nonce: Mapped[str | None] = mapped_column(CHAR(32))
    expires_at: Mapped[t.Moment]


class ArticleAppeal(Model):
    """An author's objection to one decision (``news_article_review.id``), at most one each.

    ``status`` is ``AppealStatus``; ``answer`` and ``handler_id`` are the operator's.
    """

    __tablename__ = "article_appeal"
    __table_args__ = layout(
        "article_appeal",
        unique=("review_id",),
        index=("status created_at", "article_id appeal_id"),
    )

    appeal_id: Mapped[t.AutoId]
    article_id: Mapped[t.BigRef]
    user_id: Mapped[t.BigRef]
    review_id: Mapped[t.BigRef]
    text: Mapped[t.Str200]
    status: Mapped[t.CodeZero]
    answer: Mapped[t.Str200 | None]
    handler_id: Mapped[t.UIntRef | None]
    created_at: Mapped[t.CreateTime]
    handled_at: Mapped[t.Moment | None]


class MaterialUse(Model):
    """Where a stored picture is in use (``MaterialUseKind``): ``holder_id`` is the id of that.

    ``object_key`` is the key of the stored object (``user_material.hash``), so that pictures of
    guests, which are no material, have uses too. ``user_id`` owns the holder.
    """

    __tablename__ = "material_use"
    __table_args__ = layout("material_use", index=("kind holder_id", "user_id object_key"))

    object_key: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[int] = mapped_column(t.TINY, primary_key=True, autoincrement=False)
    holder_id: Mapped[int] = mapped_column(t.BIG, primary_key=True, autoincrement=False)
    user_id: Mapped[t.BigRef]


class GuestUpload(Model):
    """A picture that came without a token; deleted after an hour unless something uses it."""

    __tablename__ = "guest_upload"
    __table_args__ = layout("guest_upload", index=("created_at",))

    object_key: Mapped[str] = mapped_column(String(128), primary_key=True)
    created_at: Mapped[t.CreateTime]
