"""Channels, and what stands in front of them."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class ChannelsChanged(Event):
    """A reader edited the list of channels."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelTableChanged(Event):
    """An operator changed the channels."""


@dataclass(frozen=True, kw_only=True)
class PinsChanged(Event):
    """The pinned articles of a channel changed; 0 is the channel of recommendations."""

    channel_id: int
