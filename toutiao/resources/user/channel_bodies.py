"""What the list writes of channels are sent, and their own words for what is wrong.

Contract: user-app.md §6.3.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Self

from pydantic import (
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

from common.errors import InvalidInput
from common.services.channels.choices import INVALID, MAX_CHOICES, MAX_SEQUENCE, REQUIRED, Choice
from common.utils.http.taking import Body
from common.utils.parameters.basic import MAX_ID, NOT_POSITIVE
from common.utils.parser import Id, Whole

# The service refuses the others, in words of their own.
PLACE: Final[JsonSchemaValue] = {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE}


class ChannelChoice(BaseModel):
    """A channel; without ``seq`` it goes behind the others. Channel 0 is ignored."""

    id: Annotated[int, Whole(0, MAX_ID)]
    seq: Annotated[int, Whole(-MAX_ID, MAX_ID), WithJsonSchema(PLACE)] | None = None


class ChannelChoices(BaseModel):
    """A reader's channels in his order; what is wrong is said in the contract's own words."""

    channels: Annotated[list[ChannelChoice], Field(min_length=1, max_length=MAX_CHOICES)]

    @model_validator(mode="wrap")
    @classmethod
    def _refuse_in_own_words(cls, sent: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(sent)
        except ValidationError as error:
            is_there = sent.get("channels", []) != []
            raise InvalidInput(INVALID if is_there else REQUIRED) from error

    def choices(self) -> list[Choice]:
        """As the service takes them."""
        return [Choice(choice.id, choice.seq) for choice in self.channels]


# The members of what is no object are missing, too.
ChannelChoicesBody = Annotated[ChannelChoices, Body(not_an_object=REQUIRED)]


class ChannelRemoval(BaseModel):
    channels: Annotated[list[Id], Field(max_length=MAX_CHOICES)]


class ChannelMove(BaseModel):
    seq: Annotated[int, Whole(1, MAX_SEQUENCE, NOT_POSITIVE)]
