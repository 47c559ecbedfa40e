"""The reader's own channels."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import g

from common.schemas.news import ChannelList, ChannelPlace, ChannelPlaces
from common.services.channels import catalogue
from common.services.channels import choices as channel_choices
from common.services.channels.choices import Choice
from common.utils.decorators import login_optional, login_required
from common.utils.http.describing import describes
from common.utils.output import Resource
from common.utils.parser import parse_json
from toutiao.resources.user.channel_bodies import (
    ChannelChoices,
    ChannelMove,
    ChannelRemoval,
    parse_choices,
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
        return catalogue.list_user_channels(g.user_id)

    @describes(body=ChannelChoices, errors=[HTTPStatus.CONFLICT])
    def post(self) -> tuple[ChannelPlaces, int]:
        """Add channels; none is added if one of them is there already."""
        choices = channel_choices.checked(parse_choices())
        return _placed(channel_choices.add_channels(g.user_id, choices))

    @describes(body=ChannelChoices)
    def put(self) -> tuple[ChannelPlaces, int]:
        """Replace my list by this one."""
        choices = channel_choices.checked(parse_choices())
        return _placed(channel_choices.replace_channels(g.user_id, choices))

    @describes(body=ChannelChoices)
    def patch(self) -> tuple[ChannelPlaces, int]:
        """Add or move these channels and keep the others."""
        choices = channel_choices.checked(parse_choices())
        return _placed(channel_choices.set_channels(g.user_id, choices))

    def delete(self) -> tuple[None, int]:
        """Take channels out of my list."""
        body = parse_json(ChannelRemoval)
        channel_choices.remove_channels(g.user_id, body.channels)
        return None, HTTPStatus.NO_CONTENT


class UserChannelResource(Resource):
    """One of the reader's own channels."""

    method_decorators = (login_required,)

    def put(self, channel_id: int) -> tuple[ChannelPlace, int]:
        """Add the channel, or move it."""
        body = parse_json(ChannelMove)
        channel_choices.set_channel(g.user_id, Choice(channel_id, body.seq))
        return {"id": channel_id, "seq": body.seq}, HTTPStatus.CREATED

    def delete(self, channel_id: int) -> tuple[None, int]:
        """Take the channel out of my list."""
        channel_choices.remove_channels(g.user_id, [channel_id])
        return None, HTTPStatus.NO_CONTENT


def _placed(choices: Sequence[Choice]) -> tuple[ChannelPlaces, int]:
    places: list[ChannelPlace] = [
        {"id": choice.channel_id, "seq": choice.sequence or 0} for choice in choices
    ]
    return {"channels": places}, HTTPStatus.CREATED
