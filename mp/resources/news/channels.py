"""Channels that an article can be published in."""

from __future__ import annotations

from common.schemas.news import ChannelList
from common.services.channels import catalogue
from common.utils.output import Resource


class ChannelListResource(Resource):
    """All visible channels."""

    def get(self) -> ChannelList:
        """All channels in their order."""
        return catalogue.list_channels()
