"""Settings of the realtime process; docs/settings.md is made of these descriptions."""

from __future__ import annotations

from pydantic import BaseModel, Field, NonNegativeInt


class Realtime(BaseModel):
    """Chat and notices over Socket.IO."""

    im_allow_guest: bool = Field(
        True, description="Whether who sends neither token nor device id may connect, to chat."
    )
    im_max_connects_per_minute: NonNegativeInt = Field(
        20,
        description="New connections a minute of one address, outside of the demo; 0: any number.",
    )
    im_max_connections: NonNegativeInt = Field(
        200,
        description="Connections of one address at a time, outside of the demo; 0: any number.",
    )
    im_greeting: str = Field(
        "您好，请问有什么可以帮您？",
        max_length=500,
        description="What the chatbot says first; empty: nothing.",
    )
    im_failure_text: str = Field(
        "抱歉，我现在无法回答，请稍后再试。",
        min_length=1,
        max_length=500,
        description="What is said in the chatbot's place when it does not answer.",
    )
