"""All channels."""

from __future__ import annotations

from pydantic import BaseModel

from common.schemas.news import ChannelList
from common.services.channels import catalogue
from common.utils.output import Resource
from common.utils.parser import Flag


class ChannelQuery(BaseModel):
    with_recommend: Flag = False


class ChannelListResource(Resource):
    """All visible channels."""

    def get(self, query: ChannelQuery) -> ChannelList:
        """All channels in their order."""
        return catalogue.list_channels(with_recommended=query.with_recommend)
