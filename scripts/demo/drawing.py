"""What a picture of the demo is drawn from. Imports no more than the artists need.

Used as a program it draws what its input asks for, a JSON line each, until its input ends: whoever
asked may have been killed.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import Final, NamedTuple

from scripts.demo.artwork import draw_avatar, draw_cover

_AVATAR: Final = "avatar"
_COVER: Final = "cover"
LENGTH_BYTES: Final = 4  # before each picture, big-endian: how many bytes it has


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


def main() -> None:
    """Draw for another process."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody wants the picture any more
    # A buffer of our own: where Python's output is unbuffered a write that is interrupted, by a
    # process that is stopped and goes on say, leaves the rest of the picture unwritten.
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        for line in sys.stdin:
            picture = draw(Drawing(*json.loads(line)))
            output.write(len(picture).to_bytes(LENGTH_BYTES, "big") + picture)
            output.flush()


if __name__ == "__main__":
    main()
