"""Channels: the list of all, and each reader's own."""

from __future__ import annotations

from common.cache import channel
from common.cache.channel import ONLY
from common.extensions.redis import Batch, cache
from common.schemas.news import ChannelCard, ChannelInfo, ChannelList

RECOMMENDED = 0
RECOMMENDED_NAME = "推荐"  # clients protect this channel from deletion by its name


def list_channels(*, with_recommended: bool = False) -> ChannelList:
    """All visible channels by sequence and id; the virtual one first only when asked for."""
    return _listed(channel.all_channels.get(ONLY) or (), with_recommended=with_recommended)


def list_user_channels(user_id: int | None) -> ChannelList:
    """The virtual channel, then the reader's own list; visitors and readers who never edited
    theirs get the default channels. One CACHE stage."""
    batch = cache.batch()
    own = channel.user_channels.want(batch, () if user_id is None else (user_id,))
    default = channel.default_channels.want(batch, (ONLY,))
    batch.run()
    chosen = own.resolve().get(user_id or 0)
    if chosen is None:
        chosen = default.resolve().get(ONLY) or ()
    return _listed(chosen, with_recommended=True)


class WantedChannel:
    """Whether a feed may be asked for, within a stage that others share; free while warm."""

    def __init__(self, batch: Batch, channel_id: int) -> None:
        self._channel_id = channel_id
        self._all = channel.all_channels.want(batch, () if channel_id == RECOMMENDED else (ONLY,))

    def exists(self) -> bool:
        """Whether this is 0, or a visible channel."""
        if self._channel_id == RECOMMENDED:
            return True
        known = self._all.resolve().get(ONLY) or ()
        return any(each.channel_id == self._channel_id for each in known)


def _listed(channels: tuple[ChannelInfo, ...], *, with_recommended: bool) -> ChannelList:
    cards: list[ChannelCard] = [{"id": each.channel_id, "name": each.name} for each in channels]
    if with_recommended:
        cards.insert(0, {"id": RECOMMENDED, "name": RECOMMENDED_NAME})
    return {"channels": cards}
