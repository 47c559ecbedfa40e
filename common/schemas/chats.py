"""A conversation with the bot, as far as it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

MAX_TOPIC: Final = 50
MAX_SEEN: Final = 40  # articles that "more" does not show again


class Wish(BaseModel):
    """Articles somebody asks for: about a topic, or any; the newest ones, or the best."""

    model_config = ConfigDict(frozen=True)

    topic: str = Field("", max_length=MAX_TOPIC)
    newest: bool = False


class Conversation(BaseModel):
    """What the bot remembers: how often it spoke, and what it listed last."""

    model_config = ConfigDict(frozen=True)

    turn: int = 0
    wish: Wish = Wish()
    shown: tuple[int, ...] = Field((), max_length=MAX_SEEN)
    seen: tuple[int, ...] = Field((), max_length=MAX_SEEN)

    def after(self, wish: Wish, shown: Sequence[int]) -> Conversation:
        """The conversation after a list; what belonged to another wish is forgotten."""
        former = self.seen if wish == self.wish else ()
        seen = tuple(dict.fromkeys((*former, *shown)))[-MAX_SEEN:]
        return self.model_copy(update={"wish": wish, "shown": tuple(shown), "seen": seen})
