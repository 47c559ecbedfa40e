"""Trying words and texts, without anything being held or counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from common.services.moderation import current_list, letters
from common.services.moderation.matcher import Matcher
from common.services.moderation.rules import Rule
from common.services.moderation.visible_text import readings
from common.services.moderation.words import Word


class Tried(NamedTuple):
    """A word found in a text that was tried.

    ``begin`` and ``end`` are None where only the text without its markup has the word.
    """

    word: Word
    begin: int | None
    end: int | None
    text: str
    rule: Rule


def matches(text: str) -> Iterator[Tried]:
    """Every match of every word of the list in a text, in the order of its readings."""
    matcher = current_list.matcher()
    seen: set[tuple[int, str]] = set()
    for reading in readings(text):
        prepared = letters.prepared(reading)
        is_as_sent = reading == text and len(prepared) == len(text)
        found = sorted(matcher.matches(reading, set()), key=lambda match: match.begin)
        for word, begin, end, rule in found:
            if is_as_sent:
                yield Tried(word, begin, end, text[begin:end], rule)
            elif (word.word_id, prepared[begin:end]) not in seen:
                yield Tried(word, None, None, prepared[begin:end], rule)
            seen.add((word.word_id, prepared[begin:end]))


class Trial:
    """A word that is not in the list yet, with the phrases that are allowed already."""

    def __init__(self, word: str, mode: int, allowed: Iterable[str]) -> None:
        self._matcher = Matcher([Word(1, word, 0, mode)], allowed)

    def strike(self, texts: Iterable[str]) -> Tried | None:
        """Where the word stands in one of a work's texts, if it does."""
        for text in texts:
            for reading in readings(text):
                for word, begin, end, rule in self._matcher.matches(reading, set()):
                    prepared = letters.prepared(reading)
                    return Tried(word, begin, end, prepared[max(begin - 20, 0) : end + 20], rule)
        return None
