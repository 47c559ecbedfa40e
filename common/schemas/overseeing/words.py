"""Sensitive words as operators see and try them."""

from __future__ import annotations

from enum import IntEnum
from typing import NotRequired

from typing_extensions import TypedDict


class WordMode(IntEnum):
    """``recommend_sensitive_word.mode``: where in a text a word counts (additions.md §3)."""

    DEFAULT = 0
    WHOLE = 1
    ANYWHERE = 2
    EVASIONS = 3


class Warned(TypedDict):
    """What is unwise about a word, if anything is."""

    warning: NotRequired[str]


class OverseenWord(Warned):
    """A word of the list; ``mode`` is a ``WordMode``."""

    id: int
    word: str
    weights: int
    mode: int
    hold_count: int
    create_time: str
    update_time: str


class OverseenWordList(TypedDict):
    """A page of the list."""

    words: list[OverseenWord]
    total_count: int


class AllowedPhrase(TypedDict):
    """A phrase in which words are harmless."""

    id: int
    phrase: str
    create_time: str


class AllowedPhraseList(TypedDict):
    """A page of them."""

    phrases: list[AllowedPhrase]
    total_count: int


class WordHit(TypedDict):
    """A word found in a text that was tried.

    ``begin`` and ``end`` are its place in the text as sent, in characters; null where only the text
    without its markup has it. ``text`` is what stands there, ``rule`` why it counts.
    """

    id: int
    word: str
    weights: int
    mode: int
    begin: int | None
    end: int | None
    text: str
    rule: str


class WordHitList(TypedDict):
    """What a text that was tried contains; ``total_count`` is how many of them are shown."""

    hits: list[WordHit]
    total_count: int


class StruckText(TypedDict):
    """A text of last week that a word would have struck: ``kind`` is article or comment."""

    kind: str
    id: int
    text: str
    rule: str
    create_time: str


class WordTrial(Warned):
    """What a word would have done; ``is_complete``: all texts of the time were looked at."""

    count: int
    checked: int
    is_complete: bool
    texts: list[StruckText]
