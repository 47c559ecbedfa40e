"""All words of a list, found in a text in one go: an automaton over what letters share."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from common.services.moderation import letters, words
from common.services.moderation.letters import is_han
from common.services.moderation.rules import Rule, is_worth_a_look, repeated, struck
from common.services.moderation.scanning import Scan
from common.services.moderation.words import Pattern, Word
from common.utils.text import dictionaries

PIECE: Final = 8_192  # characters that are searched at once, so that what is found in them is few
AROUND_PIECE: Final = 256  # characters on either side that a decision may depend on
AROUND: Final = 16  # letters on either side of a repetition that a word may have
_AGAIN: Final = re.compile(r"(.)\1+", re.DOTALL)


class Match(NamedTuple):
    """A word found, and where in the text as :func:`letters.prepared` makes it."""

    word: Word
    begin: int
    end: int
    rule: Rule


class Matcher:
    """A list of words, ready to be looked for."""

    def __init__(self, listed: Iterable[Word], shields: Iterable[str] = ()) -> None:
        allowed = [words.shield(phrase) for phrase in shields]
        self._has_shields = bool(allowed)
        self._index = _Index(words.patterns([*listed, *allowed]))

    def matches(self, text: str, known: set[int]) -> Iterator[Match]:
        """Where the words stand, in no certain order; time grows with the text's length only.

        :param known: ids of words that need not be found (again); the caller may add to it
        """
        known.add(words.SHIELD_ID)
        prepared = letters.prepared(text)
        size = len(prepared)
        for start in range(0, max(size, 1), PIECE):
            first = max(start - AROUND_PIECE, 0)
            piece = prepared[first : start + PIECE + AROUND_PIECE]
            for match in self._in_piece(piece, known):
                begin = match.begin + first
                if start <= begin < start + PIECE:  # what begins elsewhere, another piece has
                    yield match._replace(begin=begin, end=match.end + first)

    def _in_piece(self, piece: str, known: set[int]) -> Iterator[Match]:
        scan = Scan(piece)
        found = self._index.find(scan)
        literals = scan.literals
        shields = _Shields(self._shields_in(found, literals))
        for pattern, begin, end in found:
            if pattern.word_id in known or not is_worth_a_look(literals, pattern, begin, end):
                continue
            rule = None if shields.cover(begin, end) else struck(scan, pattern, begin, end)
            if rule is not None:
                yield Match(pattern.word, *scan.stretch(begin, end), rule)
        for pattern, begin, end in self._repetitions(scan):
            is_open = pattern.word_id not in known and not shields.cover(begin, end)
            if is_open and repeated(scan, pattern, begin, end):
                yield Match(pattern.word, *scan.stretch(begin, end), Rule.REPEATED)

    def _shields_in(
        self, found: Sequence[tuple[Pattern, int, int]], literals: str
    ) -> Iterator[tuple[int, int]]:
        if self._has_shields:
            for pattern, begin, end in found:
                if pattern.word_id == words.SHIELD_ID and literals[begin:end] == pattern.letters:
                    yield begin, end

    def _repetitions(self, scan: Scan) -> list[tuple[Pattern, int, int]]:
        """Places where words may stand with some of their letters repeated."""
        found: list[tuple[Pattern, int, int]] = []
        reached = 0
        for again in _AGAIN.finditer(scan.literals):
            at = again.start()
            if at >= reached and self._is_repeated(scan.literals, at):
                reached = again.end() + AROUND
                found += self._squeezed(scan, max(at - AROUND, 0), reached + AROUND)
        return found

    def _is_repeated(self, literals: str, at: int) -> bool:
        """Whether a letter stands here more often than it does in words."""
        if literals[at].isdigit():
            return False
        behind = literals[at + 2 : at + 4]
        if behind[:1] == literals[at] or (len(behind) > 1 and behind[0] == behind[1]):
            return True  # three times, or the next one too
        # English doubles letters, and Chinese some words: 天天.
        return is_han(literals[at]) and not dictionaries.words().has_word(literals[at : at + 2])

    def _squeezed(self, scan: Scan, first: int, last: int) -> Iterator[tuple[Pattern, int, int]]:
        echoes = scan.echoes[first:last]
        matches = self._index.find_squeezed(words.squeezed(echoes))
        if not matches:
            return
        kept = [at for at in range(len(echoes)) if at == 0 or echoes[at] != echoes[at - 1]]
        kept.append(len(echoes))
        for pattern, begin, end in matches:
            if kept[end] - kept[begin] > len(pattern.letters):
                yield pattern, first + kept[begin], first + kept[end]


class _Shields:
    """Places of phrases in which words are harmless."""

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        listed = sorted(places)
        self._begins = [begin for begin, _ in listed]
        self._ends = list(accumulate((end for _, end in listed), max))

    def cover(self, begin: int, end: int) -> bool:
        """Whether a phrase that begins no later ends no earlier."""
        last = bisect_right(self._begins, begin) - 1
        return last >= 0 and self._ends[last] >= end


class _Index:
    """Patterns by their echoes; those of disguised and of squeezed words among them."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns, self._disguises = patterns, words.Disguises(patterns)
        echoes = [pattern.echo for pattern in patterns]
        self._automaton = _automaton(echoes + self._disguises.echoes)
        # Words without repetitions of their own are found by the first automaton.
        drawn = [each for each in patterns if each.is_evaded and words.is_drawn(each.echo)]
        self._drawn = drawn
        self._squeezing = _automaton([words.squeezed(pattern.echo) for pattern in drawn])

    def find(self, scan: Scan) -> list[tuple[Pattern, int, int]]:
        """Patterns with places whose echoes are theirs, or which their look-alikes are in."""
        matches = _matches(self._automaton, scan.echoes)
        if not matches:
            return []
        found = []
        patterns, disguises, plain = self._patterns, self._disguises, len(self._patterns)
        literals = scan.literals
        for index, begin, end in matches:
            if index < plain:
                found.append((patterns[index], begin, end))
            elif (
                literals[begin + disguises.places[index - plain]] == disguises.others[index - plain]
            ):
                found.append((patterns[disguises.patterns[index - plain]], begin, end))
        return found

    def find_squeezed(self, echoes: str) -> list[tuple[Pattern, int, int]]:
        """Patterns that have these echoes if they are not repeated."""
        plain = len(self._patterns)
        found = [
            (self._patterns[index], begin, end)
            for index, begin, end in _matches(self._automaton, echoes)
            if index < plain and self._patterns[index].is_evaded
        ]
        drawn = self._drawn
        matches = _matches(self._squeezing, echoes)
        return found + [(drawn[index], begin, end) for index, begin, end in matches]


def _automaton(echoes: Sequence[str]) -> AhoCorasick | None:
    # Of the kinds there are, the one that is made quickly and small enough for any list.
    return AhoCorasick(echoes, implementation=Implementation.ContiguousNFA) if echoes else None


def _matches(automaton: AhoCorasick | None, echoes: str) -> list[tuple[int, int, int]]:
    if automaton is None:
        return []
    found: list[tuple[int, int, int]] = automaton.find_matches_as_indexes(echoes, overlapping=True)
    return found
