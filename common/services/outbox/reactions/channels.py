"""What follows when channels, a reader's choice of them, or their pins change."""

from __future__ import annotations

from common.cache.channel import all_channels, default_channels, user_channels
from common.schemas.events.channels import ChannelsChanged, ChannelTableChanged, PinsChanged
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, pins
from common.services.outbox.projections.caches import values


def drop_own_channels(event: ChannelsChanged) -> list[str]:
    """The reader's own."""
    return values(event.user_id, user_channels)


def drop_channel_tables(_: ChannelTableChanged) -> list[str]:
    """All, and those of who has chosen none."""
    return [all_channels.key, default_channels.key]


def write_pins(event: PinsChanged) -> list[int]:
    """Its pins are written anew."""
    return [event.channel_id]


REACTIONS = (
    Reactions(
        caches.PROJECTION,
        {ChannelsChanged: drop_own_channels, ChannelTableChanged: drop_channel_tables},
    ),
    Reactions(pins.PROJECTION, {PinsChanged: write_pins}),
)
