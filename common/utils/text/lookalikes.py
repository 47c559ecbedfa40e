"""Letters that look like others: for each one the letter that stands for all of its kind.

The pairs are those of Unicode Technical Standard 39, as the package confusable-homoglyphs has
them. A release of it with other pairs changes what is derived from them and kept in SQL
(models/user.py): it comes with a migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

_DATA: Final = ("confusable_homoglyphs", "confusables.json")
_MARKS: Final = "\u200e"  # around what is written from right to left

Pairs = dict[str, set[str]]


@cache
def prototypes() -> dict[int, str]:
    """A table for ``str.translate``: look-alikes to the one that stands for them."""
    return {
        ord(letter): prototype
        for family in _families(_pairs())
        for prototype in [max(family, key=lambda each: _claim(each, family))]
        for letter in family
        if len(letter) == 1 and letter != prototype
    }


def _pairs() -> Pairs:
    package, name = _DATA
    known = json.loads((files(package) / name).read_text(encoding="utf-8"))
    return {
        letter.strip(_MARKS): {each["c"].strip(_MARKS) for each in others}
        for letter, others in known.items()
    }


def _families(pairs: Pairs) -> Iterator[dict[str, int]]:
    """Letters that look alike, directly or over others, each with the number of its look-alikes."""
    seen: set[str] = set()
    for start in pairs:
        if start in seen:
            continue
        family: dict[str, int] = {}
        waiting = [start]
        while waiting:
            letter = waiting.pop()
            if letter not in family:
                family[letter] = len(pairs.get(letter, ()))
                waiting += pairs.get(letter, ())
        seen.update(family)
        yield family


def _claim(letter: str, family: dict[str, int]) -> tuple[int, bool, bool, int, int]:
    """How strongly a letter stands for its family: the standard's own has the most pairs."""
    is_plain = letter.isascii() and letter.isalnum()
    return family[letter], is_plain, letter.islower(), -len(letter), -ord(letter[0])
