"""The demo's channels, announcements and sensitive words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore, insert_new
from common.models import Announcement, Channel, SensitiveWord
from common.utils import clock
from common.utils.constants import AnnouncementStatus
from scripts.demo.content import AnnouncementText, ChannelText, Content
from scripts.demo.markup import render

# What visitors and new readers see first; the others are for them to add.
DEFAULT_CHANNELS: Final = frozenset(
    {"科技动态", "数据库", "人工智能", "城市", "旅行", "美食", "健康", "电影", "读书", "科学"}
)


def add(session: Session, content: Content) -> None:
    """Add what is missing; an existing row is left as it is."""
    add_channels(session, content.channels)
    _add_announcements(session, content.announcements)
    known = set(session.scalars(select(SensitiveWord.word)))
    insert_ignore(
        session,
        SensitiveWord,
        [
            {"word": word, "weights": weight}
            for word, weight in content.sensitive_words
            if word not in known
        ],
    )


def channel_ids(session: Session) -> dict[str, int]:
    """Id by name of all channels."""
    rows = session.execute(select(Channel.channel_name, Channel.channel_id))
    return {row.channel_name: row.channel_id for row in rows}


def add_channels(session: Session, channels: Sequence[ChannelText]) -> None:
    """Under their fixed ids, or under the next free ones where others were there first."""
    known = channel_ids(session)
    for channel in channels:
        if channel.name in known:
            continue
        row = {
            "channel_name": channel.name,
            "sequence": channel.channel_id,
            "is_visible": True,
            "is_default": channel.name in DEFAULT_CHANNELS,
        }
        if not insert_new(session, Channel(channel_id=channel.channel_id, **row)):
            insert_new(session, Channel(**row))


def _add_announcements(session: Session, announcements: Sequence[AnnouncementText]) -> None:
    known = set(session.scalars(select(Announcement.title)))
    now = clock.now()
    # The oldest first: lists go by time and id alike.
    for announcement in sorted(announcements, key=lambda one: one.age, reverse=True):
        if announcement.title not in known:
            published_at = now - announcement.age
            session.add(
                Announcement(
                    title=announcement.title,
                    content=render(announcement.body),
                    status=AnnouncementStatus.PUBLISHED,
                    create_time=published_at,
                    publish_time=published_at,
                    update_time=published_at,
                )
            )
            session.flush()
