"""The dictionaries of Chinese: words, spellings, sounds. About 100 MB and half a second of work.

Each is loaded by whoever asks it first, so that a process which never does (``im``, ``worker``)
holds none of them; one that answers people asks at its start (:func:`warm`).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

_loading: Final = threading.Lock()


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
    found: Mapping[int, str] = _pypinyin().pinyin_dict.pinyin_dict
    return found


def without_tone(syllable: str) -> str:
    """A syllable without the sign of its tone."""
    return str(_pypinyin().contrib.tone_convert.to_normal(syllable))


def spelt(word: str) -> list[str]:
    """A word by its syllables, as it is read: 重庆 is ``chong qing``; what has no sound stays."""
    package = _pypinyin()
    found: list[str] = package.lazy_pinyin(word, style=package.Style.NORMAL)
    return found


def is_spelt_as_whole(word: str) -> bool:
    """Whether a word is listed with how it is read, whatever its characters are elsewhere."""
    return word in _phrases()


def warm() -> None:
    """Load all of them now, so that nobody waits for it later."""
    words()
    syllables()
    simplified("")


@cache
def _phrases() -> Mapping[str, object]:
    found: Mapping[str, object] = _pypinyin().phrases_dict.phrases_dict
    return found


@cache
def _pypinyin() -> Any:
    # Its parts import one another in circles: two threads that begin with different ones would wait
    # for each other, which Python ends with an error in one of them.
    with _loading:
        import pypinyin.contrib.tone_convert
        import pypinyin.phrases_dict
        import pypinyin.pinyin_dict  # 60 MB, all in all

        return pypinyin


@cache
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
