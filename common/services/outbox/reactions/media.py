"""What follows when stored objects are of no use any more."""

from __future__ import annotations

from common.schemas.events.media import ObjectsDropped, PictureBegun, PicturesReleased
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import media, unused_pictures
from common.utils.storage import keys


def remove(event: ObjectsDropped) -> tuple[str, ...]:
    """They are removed."""
    return event.keys


def reconsider(event: PicturesReleased) -> tuple[str, ...]:
    """Of those whose every use is known, the ones without any use are removed."""
    return tuple(key for key in event.keys if keys.is_counted(key))


def look_again(event: PictureBegun) -> tuple[str, ...]:
    """By then it is in its library, or is removed."""
    return (event.key,)


REACTIONS = (
    Reactions(media.PROJECTION, {ObjectsDropped: remove}),
    Reactions(unused_pictures.RELEASED, {PicturesReleased: reconsider}),
    Reactions(unused_pictures.BEGUN, {PictureBegun: look_again}),
)
