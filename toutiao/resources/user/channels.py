"""The reader's own channels."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from common.schemas.news import ChannelList, ChannelPlace, ChannelPlaces
from common.services.channels import catalogue
from common.services.channels import choices as channel_choices
from common.services.channels.choices import Choice
from common.utils.decorators import login_optional, login_required
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created, NoContent, Resource
from toutiao.resources.user.channel_bodies import (
    ChannelChoicesBody,
    ChannelMove,
    ChannelRemoval,
)


class UserChannelListResource(Resource):
    """The reader's own channels, 推荐 first."""

    method_decorators = {  # noqa: RUF012 - Flask-RESTful reads a plain mapping
        "get": (login_optional,),
        "post": (login_required,),
        "put": (login_required,),
        "patch": (login_required,),
        "delete": (login_required,),
    }

    def get(self) -> ChannelList:
        """My channels; visitors get the default ones."""
        return catalogue.list_user_channels(current.reader_id())

    @describes(errors=[HTTPStatus.CONFLICT])
    def post(self, body: ChannelChoicesBody) -> tuple[ChannelPlaces, Created]:
        """Add channels; none is added if one of them is there already."""
        choices = channel_choices.checked(body.choices())
        return _placed(channel_choices.add_channels(current.user_id(), choices))

    def put(self, body: ChannelChoicesBody) -> tuple[ChannelPlaces, Created]:
        """Replace my list by this one."""
        choices = channel_choices.checked(body.choices())
        return _placed(channel_choices.replace_channels(current.user_id(), choices))

    def patch(self, body: ChannelChoicesBody) -> tuple[ChannelPlaces, Created]:
        """Add or move these channels and keep the others."""
        choices = channel_choices.checked(body.choices())
        return _placed(channel_choices.set_channels(current.user_id(), choices))

    def delete(self, body: ChannelRemoval) -> tuple[None, NoContent]:
        """Take channels out of my list."""
        channel_choices.remove_channels(current.user_id(), body.channels)
        return None, HTTPStatus.NO_CONTENT


class UserChannelResource(Resource):
    """One of the reader's own channels."""

    method_decorators = (login_required,)

    def put(self, channel_id: int, body: ChannelMove) -> tuple[ChannelPlace, Created]:
        """Add the channel, or move it."""
        channel_choices.set_channel(current.user_id(), Choice(channel_id, body.seq))
        return {"id": channel_id, "seq": body.seq}, HTTPStatus.CREATED

    def delete(self, channel_id: int) -> tuple[None, NoContent]:
        """Take the channel out of my list."""
        channel_choices.remove_channels(current.user_id(), [channel_id])
        return None, HTTPStatus.NO_CONTENT


def _placed(choices: Sequence[Choice]) -> tuple[ChannelPlaces, Created]:
    places: list[ChannelPlace] = [
        {"id": choice.channel_id, "seq": choice.sequence or 0} for choice in choices
    ]
    return {"channels": places}, HTTPStatus.CREATED
