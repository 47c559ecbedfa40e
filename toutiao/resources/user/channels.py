"""The reader's own channels."""

from __future__ import annotations

from flask import g

from common.schemas.news import ChannelList
from common.services import channels
from common.utils.decorators import login_optional
from common.utils.output import Resource


class UserChannelListResource(Resource):
    """The reader's own channels, 推荐 first."""

    method_decorators = (login_optional,)

    def get(self) -> ChannelList:
        """My channels; visitors get the default ones."""
        return channels.list_user_channels(g.user_id)
