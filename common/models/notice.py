"""Announcements to everybody and notifications to one user."""

from __future__ import annotations

from sqlalchemy import CHAR
from sqlalchemy.orm import Mapped, mapped_column

from common.models import types as t
from common.models.base import Model, layout


class Announcement(Model):
    """A message to all readers (``AnnouncementStatus``); broadcast, never stored per user."""

    __tablename__ = "global_announcement"
    __table_args__ = layout("global_announcement", index=("status publish_time announcement_id",))

    announcement_id: Mapped[t.AutoId]
    title: Mapped[t.Str32]
    content: Mapped[t.PlainText]
    create_time: Mapped[t.CreateTime]
    status: Mapped[t.CodeZero]
    publish_time: Mapped[t.Moment | None]
    update_time: Mapped[t.UpdateTime]


class Notification(Model):
    """What happened to a user (``NotificationKind``); ``id`` is a snowflake.

    ``dedup`` names the event, so that a projection applied twice notifies once.
    """

    __tablename__ = "user_notification"
    __table_args__ = layout(
        "user_notification",
        unique=("user_id dedup",),
        index=("user_id delivered_at id", "user_id read_at id"),
    )

    id: Mapped[t.GivenId]
    user_id: Mapped[t.BigRef]
    actor_id: Mapped[t.BigRef | None]
    kind: Mapped[t.Code]
    article_id: Mapped[t.BigRef | None]
    comment_id: Mapped[t.BigRef | None]
    payload: Mapped[t.JsonObject]
    created_at: Mapped[t.CreateTime]
    delivered_at: Mapped[t.Moment | None]
    read_at: Mapped[t.Moment | None]
    dedup: Mapped[str] = mapped_column(CHAR(40))
