"""Pinned articles appear and vanish by the clock (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select

from common.extensions.db import db, reading_primary, refresh_view
from common.models import ChannelTop
from common.schemas.events.channels import PinsChanged
from common.services import outbox
from common.services.jobs.leadership import fenced
from common.utils import clock
from common.utils.background import memories


class _Seen:
    """Until when this process has told the pins whose time has come."""

    pins_until: datetime | None = None


_seen = _Seen()


def _forget() -> None:
    """As after a start: all pins that have a time are told once more."""
    _seen.pins_until = None


memories.register("pins_told", entries=lambda: int(_seen.pins_until is not None), forget=_forget)


def follow_clock() -> int:
    """Show the pins whose time has come, take down those whose time is over; how many changes."""
    refresh_view()
    now = clock.now()
    return _take_down(now) + _show(now)


def _take_down(now: datetime) -> int:
    with reading_primary():
        over_now = select(ChannelTop.article_id).where(ChannelTop.ends_at <= now).limit(1)
        is_any = db.session.scalar(over_now)
    if is_any is None:
        return 0
    with fenced() as session:
        over = session.execute(
            select(ChannelTop.channel_id, ChannelTop.article_id)
            .where(ChannelTop.ends_at <= now)
            .with_for_update()
        ).all()
        session.execute(delete(ChannelTop).where(ChannelTop.ends_at <= now))
        for channel_id in {row.channel_id for row in over}:
            outbox.add(PinsChanged(channel_id=channel_id))
    return len(over)


def _show(now: datetime) -> int:
    """Pins whose time came since the last look; after a start, all that have a time at all."""
    began = ChannelTop.starts_at <= now
    if _seen.pins_until is not None:
        began &= ChannelTop.starts_at > _seen.pins_until
    still_on = or_(ChannelTop.ends_at.is_(None), ChannelTop.ends_at > now)
    with reading_primary():
        channels = db.session.scalars(
            select(ChannelTop.channel_id).where(began, still_on).distinct()
        ).all()
    if channels:
        with fenced():
            for channel_id in channels:
                outbox.add(PinsChanged(channel_id=channel_id))
    _seen.pins_until = now
    return len(channels)
