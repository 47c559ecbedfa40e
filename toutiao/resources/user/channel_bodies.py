"""What the list writes of channels are sent, and their own words for what is wrong.

Contract: user-app.md §6.3.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from common.errors import InvalidInput
from common.services.channels.choices import INVALID, MAX_CHOICES, MAX_SEQUENCE, REQUIRED, Choice
from common.utils.parameters.basic import MAX_ID, NOT_POSITIVE
from common.utils.parser import Id, Whole, parse_json


class ChannelChoice(BaseModel):
    """A channel; without ``seq`` it goes behind the others. Channel 0 is ignored."""

    id: Annotated[int, Whole(-MAX_ID, MAX_ID)]
    seq: Annotated[int, Whole(-MAX_ID, MAX_ID)] | None = None


class ChannelChoices(BaseModel):
    channels: list[ChannelChoice]


class ChannelRemoval(BaseModel):
    channels: Annotated[list[Id], Field(max_length=MAX_CHOICES)]


class ChannelMove(BaseModel):
    seq: Annotated[int, Whole(1, MAX_SEQUENCE, NOT_POSITIVE)]


class _Sent(BaseModel):
    channels: Any = None


_LIST: TypeAdapter[list[ChannelChoice]] = TypeAdapter(list[ChannelChoice])


def parse_choices() -> list[Choice]:
    """The choices in the body.

    :raises InvalidInput: there are none, or they are malformed
    """
    sent = parse_json(_Sent, not_an_object=REQUIRED).channels
    if sent is None or sent == []:
        raise InvalidInput(REQUIRED)
    try:
        choices = _LIST.validate_python(sent)
    except ValidationError as error:
        raise InvalidInput(INVALID) from error
    return [Choice(choice.id, choice.seq) for choice in choices]
