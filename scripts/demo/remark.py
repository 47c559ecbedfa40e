"""A comment as the demo's texts have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANYBODY: Final = ""  # author of what is not said by anybody in particular


@dataclass(frozen=True)
class Remark:
    """A comment with its replies; a reply has none."""

    author: str
    content: str
    replies: tuple[Remark, ...] = ()
