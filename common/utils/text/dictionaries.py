"""The dictionaries of Chinese: words, spellings, sounds. About 100 MB and half a second of work.

Each is loaded by whoever asks it first, so that a process which never does (``im``, ``worker``)
holds none of them; one that answers people asks at its start (:func:`warm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any


@cache
def words() -> Any:
    """Cuts a text into words: ``cut``, ``cut_all``, ``has_word`` of rjieba."""
    import rjieba  # 35 MB

    return rjieba


def simplified(text: str) -> str:
    """Traditional characters replaced, in the sense of the words they stand in: 頭髮, 發展."""
    converted: str = _to_simplified().convert(text)
    return converted


@cache
def syllables() -> Mapping[int, str]:
    """How characters are read, by code point: syllables with tones, the usual one first."""
    from pypinyin.pinyin_dict import pinyin_dict  # 60 MB, with its phrases

    found: Mapping[int, str] = pinyin_dict
    return found


def without_tone(syllable: str) -> str:
    """A syllable without the sign of its tone."""
    from pypinyin.contrib.tone_convert import to_normal  # 60 MB

    return str(to_normal(syllable))


def spelt(word: str) -> list[str]:
    """A word by its syllables, as it is read: 重庆 is ``chong qing``; what has no sound stays."""
    from pypinyin import Style, lazy_pinyin  # 60 MB

    found: list[str] = lazy_pinyin(word, style=Style.NORMAL)
    return found


def warm() -> None:
    """Load all of them now, so that nobody waits for it later."""
    words()
    syllables()
    simplified("")


@cache
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
