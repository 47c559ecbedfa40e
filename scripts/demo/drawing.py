"""What a picture of the demo is drawn from. Imports no more than the artists need."""

from __future__ import annotations

from typing import Final, NamedTuple

from scripts.demo.artwork import draw_avatar, draw_cover

_AVATAR: Final = "avatar"
_COVER: Final = "cover"


class Drawing(NamedTuple):
    """A picture to be drawn; ``theme`` is a channel's slug, or empty for an avatar.

    ``motif`` is what it has to show; empty: anything that suits the theme.
    """

    seed: str
    theme: str = ""
    motif: str = ""

    @property
    def kind(self) -> str:
        """What the object is for."""
        return _COVER if self.theme else _AVATAR


def draw(drawing: Drawing) -> bytes:
    """The picture, a JPEG."""
    if drawing.theme:
        return draw_cover(drawing.seed, theme=drawing.theme, motif=drawing.motif)
    return draw_avatar(drawing.seed)
