"""What follows when stored objects are of no use any more."""

from __future__ import annotations

from common.schemas.events.media import ObjectsDropped
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import media


def remove(event: ObjectsDropped) -> tuple[str, ...]:
    """They are removed."""
    return event.keys


REACTIONS = (Reactions(media.PROJECTION, {ObjectsDropped: remove}),)
