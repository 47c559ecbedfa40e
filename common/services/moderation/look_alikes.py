"""Chinese characters that look alike and sound different (``look_alikes.txt``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_DATA: Final = "look_alikes.txt"


@cache
def look_alikes() -> Mapping[str, str]:
    """For a character those that may be taken for it."""
    found: dict[str, str] = {}
    text = files("common.services.moderation").joinpath(_DATA).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        character, others = line.split()
        for other in others:
            found[character] = found.get(character, "") + other
            found[other] = found.get(other, "") + character
    return found
