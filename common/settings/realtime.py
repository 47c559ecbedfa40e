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
