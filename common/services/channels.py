"""Channels: the list of all, and each reader's own."""

from __future__ import annotations

from common.cache import channel
from common.cache.channel import ONLY
from common.schemas.news import ChannelCard, ChannelInfo, ChannelList

RECOMMENDED = 0
RECOMMENDED_NAME = "推荐"  # clients protect this channel from deletion by its name


def list_channels(*, with_recommended: bool = False) -> ChannelList:
    """All visible channels by sequence and id; the virtual one first only when asked for."""
    return _listed(channel.all_channels.get(ONLY) or (), with_recommended=with_recommended)


def list_user_channels(user_id: int | None) -> ChannelList:
    """The virtual channel, then the reader's own list; visitors and readers who never edited
    theirs get the default channels."""
    chosen = channel.user_channels.get(user_id) if user_id is not None else None
    if chosen is None:
        chosen = channel.default_channels.get(ONLY) or ()
    return _listed(chosen, with_recommended=True)


def exists(channel_id: int) -> bool:
    """Whether a feed may be asked for: 0, or a visible channel. No round trip while warm."""
    if channel_id == RECOMMENDED:
        return True
    known = channel.all_channels.get(ONLY) or ()
    return any(each.channel_id == channel_id for each in known)


def _listed(channels: tuple[ChannelInfo, ...], *, with_recommended: bool) -> ChannelList:
    cards: list[ChannelCard] = [{"id": each.channel_id, "name": each.name} for each in channels]
    if with_recommended:
        cards.insert(0, {"id": RECOMMENDED, "name": RECOMMENDED_NAME})
    return {"channels": cards}
