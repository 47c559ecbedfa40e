"""Sensitive words: which of the operators' words a text contains (contract/admin.md §3.6).

One function for titles, bodies, comments, replies, nicknames, introductions, searches and
suggestions; docs/words.md tells by examples what counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from common.services.moderation import current_list
from common.services.moderation.hold_counts import hold_counts
from common.services.moderation.visible_text import readings
from common.services.moderation.words import is_one_common_character


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found in a text."""

    word_id: int
    word: str
    weight: int

    @property
    def may_refuse(self) -> bool:
        """Whether it may refuse a text; what any text contains only holds it for review."""
        return not is_one_common_character(self.word)


def find(text: str) -> list[Hit]:
    """Sensitive words in ``text``, each once, whatever separators or markup is put into them.

    :param text: plain, or HTML as it was sent or as it is kept
    """
    if not text:
        return []
    matcher = current_list.matcher()
    known: set[int] = set()
    found = []
    for reading in readings(text):
        for word, *_ in matcher.matches(reading, known):
            if word.word_id not in known:
                known.add(word.word_id)
                found.append(Hit(word.word_id, word.word, word.weight))
    return found


def refusing(hits: Iterable[Hit]) -> list[Hit]:
    """Those that may refuse a text where there is no review to hold it for."""
    return [hit for hit in hits if hit.may_refuse]


def forget() -> None:
    """Read the list anew before the next search; for the process that has just changed it."""
    current_list.forget()


def changed() -> None:
    """The list was changed by this process, in a transaction that is committed."""
    current_list.look_again()


def note_hits(hits: Iterable[Hit]) -> None:
    """Count what the words have held back, once per text and word, behind the request."""
    word_ids = {hit.word_id for hit in hits}
    if word_ids:
        hold_counts().add(word_ids)
