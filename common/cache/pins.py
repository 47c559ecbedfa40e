"""Pinned articles of a channel: STORE ``ch:<channel>:art:top``, source of record channel_top."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import or_, select

from common.cache.local import first_level
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view
from common.extensions.redis import Command, store
from common.models import ChannelTop
from common.utils import clock

PINS_KEPT = 20
_FRESH = timedelta(milliseconds=900)


def key(channel_id: int) -> str:
    """Where the pins of a channel are kept; channel 0 is 推荐."""
    return f"ch:{channel_id}:art:top"


def pinned(channel_id: int) -> tuple[int, ...]:
    """Pinned articles of a channel, highest pin score first. At most one STORE stage."""
    name = key(channel_id)
    held = first_level.fresh(name)
    if held is not None:
        found: tuple[int, ...] = held.value
        return found
    try:
        members = store.command("ZREVRANGE", name, 0, PINS_KEPT - 1, read_only=True)
        found = tuple(map(int, members))
    except DependencyUnavailable:
        found = tuple(from_sql(channel_id))
    first_level.put(name, found, _FRESH.total_seconds())
    return found


def from_sql(channel_id: int) -> dict[int, int]:
    """Pin score by article, of the pins that are due now, best first."""
    now = clock.now()
    refresh_view()
    rows = db.session.execute(
        select(ChannelTop.article_id, ChannelTop.sequence)
        .where(
            ChannelTop.channel_id == channel_id,
            or_(ChannelTop.starts_at.is_(None), ChannelTop.starts_at <= now),
            or_(ChannelTop.ends_at.is_(None), ChannelTop.ends_at > now),
        )
        .order_by(ChannelTop.sequence.desc(), ChannelTop.article_id.desc())
        .limit(PINS_KEPT)
    )
    return {article_id: int(sequence) for article_id, sequence in rows}


def rebuild(channel_ids: Iterable[int]) -> None:
    """Write the pins of channels anew from SQL.

    :raises DependencyUnavailable: STORE is down; the outbox repeats this
    """
    for channel_id in channel_ids:
        name = key(channel_id)
        commands: list[Command] = [("DEL", name)]
        commands += [("ZADD", name, score, id_) for id_, score in from_sql(channel_id).items()]
        store.stage([("MULTI",), *commands, ("EXEC",)])
        first_level.drop([name])
