"""Channels to publish in: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.channels import channels

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/channels", channels.ChannelListResource),
]
