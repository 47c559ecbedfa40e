"""Channels: the list of all, and each reader's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.cache import channel
from common.cache.channel import ONLY
from common.cache.engine.stages import Answer, Stage, stage
from common.models import Channel
from common.schemas.news import ChannelCard, ChannelInfo, ChannelList

_id_of = attrgetter("channel_id")

RECOMMENDED = 0
RECOMMENDED_NAME = "推荐"  # clients protect this channel from deletion by its name


def list_channels(*, with_recommended: bool = False) -> ChannelList:
    """All visible channels by sequence and id; the virtual one first only when asked for."""
    return _listed(channel.all_channels.get(ONLY) or (), with_recommended=with_recommended)


def list_user_channels(user_id: int | None) -> ChannelList:
    """The virtual channel, then what is visible of the reader's own list; visitors and readers who
    never edited theirs get the default channels. One CACHE stage."""
    with stage() as ask:
        own = channel.user_channels.want(ask, () if user_id is None else (user_id,))
        default = channel.default_channels.want(ask, (ONLY,))
        visible = channel.all_channels.want(ask, (ONLY,))
    chosen = own().get(user_id or 0)
    if chosen is None:
        return _listed(default().get(ONLY) or (), with_recommended=True)
    shown = {each.channel_id: each for each in visible().get(ONLY) or ()}
    return _listed(
        tuple(shown[each.channel_id] for each in chosen if each.channel_id in shown),
        with_recommended=True,
    )


def want_existence(ask: Stage, channel_id: int) -> Answer[bool]:
    """Ask within a stage whether a feed may be asked for: of 0, or of a visible channel. Free
    while warm."""
    if channel_id == RECOMMENDED:
        return lambda: True
    listed = channel.all_channels.want(ask, (ONLY,))

    def exists() -> bool:
        known = listed().get(ONLY) or ()
        return _holds(known, channel_id) or _holds(channel.look_again(known), channel_id)

    return exists


def hold_channel(session: Session, channel_id: int) -> bool:
    """Whether there is such a channel, hidden or not; until the commit nobody deletes it.

    Shared: many may write in one channel at once.
    """
    return channel_id in held_channels(session, [channel_id])


def held_channels(session: Session, channel_ids: Collection[int]) -> set[int]:
    """As :func:`hold_channel` for many: those that there are. No statement for none."""
    if not channel_ids:
        return set()
    held = select(Channel.channel_id).where(Channel.channel_id.in_(channel_ids))
    ordered = held.order_by(Channel.channel_id)
    return set(session.scalars(ordered.with_for_update(read=True)))


def held_channel(channel_id: int, *columns: Any) -> Select[Any]:
    """The query behind :func:`hold_channel`, for what must be no statement more."""
    return select(*columns).where(Channel.channel_id == channel_id).with_for_update(read=True)


def _holds(channels: Iterable[ChannelInfo], channel_id: int) -> bool:
    return channel_id in map(_id_of, channels)


def _listed(channels: tuple[ChannelInfo, ...], *, with_recommended: bool) -> ChannelList:
    cards: list[ChannelCard] = [{"id": each.channel_id, "name": each.name} for each in channels]
    if with_recommended:
        cards.insert(0, {"id": RECOMMENDED, "name": RECOMMENDED_NAME})
    return {"channels": cards}
