"""Where in a text a word counts, and what stands for it (contract/additions.md §3, docs/words.md).

A *candidate* is a stretch of letters whose echoes are those of the word, a *match* one that
counts. By its mode a word counts where it stands literally; what only sounds or looks like it, and
what repeats its letters, counts where the segmenter leaves each of these characters single, for
that is what keeps innocent text innocent.
"""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import groupby

from common.schemas.overseeing.words import WordMode
from common.services.moderation.common_characters import FAMILY_NAMES, MEASURES, WORDS
from common.services.moderation.letters import is_han
from common.services.moderation.look_alikes import look_alikes
from common.services.moderation.scanning import Scan
from common.services.moderation.words import Kind, Pattern
from common.utils.text import dictionaries

FEW_DIGITS = 3  # of a number that counts something more often than not
MANY_DIGITS = 5  # from which on a number is somebody's, whatever stands between its digits
FEWEST_LETTERS = 3  # of an alphabet, that others may stand for
THRICE = 3  # is how often a letter is repeated for emphasis at most
MORE_LETTERS = 2  # than a short word has, if it is repeated (小姐姐)

# What is put between the letters of a word in order to hide it, and seldom for another reason.
_DISGUISING = re.compile(r"[*_~+^|•·●○■□★☆♥❤#=-]+")


class Rule(StrEnum):
    """Why a match counts; as operators are shown it."""

    LITERAL = "literal"  # in any width, case and form
    SEPARATED = "separated"  # with something between its characters
    REPEATED = "repeated"
    LOOK_ALIKE = "look_alike"
    SAME_SOUND = "same_sound"


def is_worth_a_look(literals: str, pattern: Pattern, begin: int, end: int) -> bool:
    """Whether letters with the echo of a word may be it at all; what is cheap to tell.

    Nearly all candidates of innocent texts fall here. Of short words it leaves those out whose
    characters make a word with a neighbour: the segmenter would hardly leave them single.
    """
    seen = literals[begin:end]
    if seen == pattern.letters:
        return True
    if pattern.kind is not Kind.SHORT or not pattern.is_evaded:
        return pattern.is_evaded
    one, other = seen[0], seen[1]
    meant, second = pattern.letters[0], pattern.letters[1]
    if (one != meant and one in WORDS) or (other != second and other in WORDS):
        return False
    if one in FAMILY_NAMES or dictionaries.words().has_word(seen):
        return False
    return not (
        _would_be_taken(literals[max(begin - 2, 0) : begin], one, is_before=True)
        or _would_be_taken(literals[end : end + 2], other, is_before=False)
    )


def _would_be_taken(beside: str, letter: str, *, is_before: bool) -> bool:
    """Whether a character makes a word with its neighbour, which has no other word to be in."""
    if not beside or (len(beside) > 1 and dictionaries.words().has_word(beside)):
        return False
    return bool(
        dictionaries.words().has_word(beside[-1] + letter if is_before else letter + beside[0])
    )


def struck(scan: Scan, pattern: Pattern, begin: int, end: int) -> Rule | None:
    """By which rule the letters from ``begin`` to ``end`` are the word, if by any."""
    if scan.literals[begin:end] == pattern.letters:
        return _literally(scan, pattern, begin, end)
    return _disguised(scan, pattern, begin, end)


def _literally(scan: Scan, pattern: Pattern, begin: int, end: int) -> Rule | None:
    is_adjacent = scan.are_adjacent(begin, end)
    rule = Rule.LITERAL if is_adjacent else Rule.SEPARATED
    if pattern.mode in (WordMode.ANYWHERE, WordMode.EVASIONS):
        return rule
    if not has_borders(scan, pattern.letters, begin, end):
        return None
    if pattern.mode == WordMode.WHOLE:
        return rule if is_adjacent and _is_whole(scan, pattern, begin, end) else None
    return rule if _stands_out(scan, pattern, begin, end, is_adjacent=is_adjacent) else None


def has_borders(scan: Scan, word: str, begin: int, end: int) -> bool:
    """Whether letters of alphabets, and numbers, neither go on before nor after the word."""
    first, last = word[0], word[-1]
    if first.isdigit() and scan.follows_digit(begin):
        return False
    if last.isdigit() and scan.precedes_digit(end):
        return False
    if not is_han(first) and first.isalpha() and scan.follows_letter(begin):
        return False
    return is_han(last) or not last.isalpha() or not scan.precedes_letter(end)


def _is_whole(scan: Scan, pattern: Pattern, begin: int, end: int) -> bool:
    if pattern.kind in (Kind.ALPHABETIC, Kind.NUMBER):
        return True
    return scan.segments.are_bounded(*scan.stretch(begin, end))


def _stands_out(scan: Scan, pattern: Pattern, begin: int, end: int, *, is_adjacent: bool) -> bool:
    """The default rule, for what has borders."""
    kind = pattern.kind
    if kind is Kind.LONG:
        return True
    if kind is Kind.NUMBER:
        return _is_a_number_of_its_own(scan, begin, end, is_adjacent=is_adjacent)
    if kind is Kind.ALPHABETIC:
        return is_adjacent or _is_spread(scan, begin, end)
    first, last = scan.stretch(begin, end)
    if is_adjacent and kind is Kind.SHORT and scan.segments.is_word(first, last):
        return True
    return _are_single(scan, begin, end)


def _is_a_number_of_its_own(scan: Scan, begin: int, end: int, *, is_adjacent: bool) -> bool:
    if end - begin >= MANY_DIGITS:
        return True
    if not is_adjacent or scan.follows_letter(begin) or scan.precedes_letter(end):
        return False  # T110 is the name of something
    return end - begin > FEW_DIGITS or scan.after(end) not in MEASURES


def _is_spread(scan: Scan, begin: int, end: int) -> bool:
    """Whether what stands between letters of one word is meant to hide it."""
    if scan.is_spelled(begin, end):
        return True
    return all(not gap or _DISGUISING.fullmatch(gap) for gap in scan.gaps(begin, end))


def _are_single(scan: Scan, begin: int, end: int) -> bool:
    return all(_is_single(scan, place) for place in range(begin, end))


def _is_single(scan: Scan, place: int) -> bool:
    at = scan.raw[place]
    return scan.segments.are_single(at, at + 1)


def _disguised(scan: Scan, pattern: Pattern, begin: int, end: int) -> Rule | None:
    if pattern.kind is Kind.ALPHABETIC:
        is_meant = _is_written_otherwise(scan, pattern, begin, end)
        return Rule.LOOK_ALIKE if is_meant else None
    rules = [
        (begin + place, _replacement(pair, pattern.echo[place], scan.echoes[begin + place]))
        for place, pair in enumerate(zip(scan.literals[begin:end], pattern.letters, strict=True))
        if pair[0] != pair[1]
    ]
    if any(rule is None for _, rule in rules):
        return None
    if not has_borders(scan, pattern.letters, begin, end):
        return None
    if pattern.kind is Kind.SHORT:
        is_meant = _stand_alone(scan, begin, end)
    else:
        is_meant = all(_is_single(scan, place) for place, _ in rules)
    if not is_meant:
        return None
    return Rule.LOOK_ALIKE if Rule.LOOK_ALIKE in dict(rules).values() else Rule.SAME_SOUND


def _replacement(pair: tuple[str, str], meant: str, heard: str) -> Rule | None:
    """How the first letter stands for the second one, if it does."""
    seen, letter = pair
    if not is_han(seen) or not is_han(letter):
        return None
    if seen in look_alikes().get(letter, ""):
        return Rule.LOOK_ALIKE
    return Rule.SAME_SOUND if heard == meant else None


def _stand_alone(scan: Scan, begin: int, end: int) -> bool:
    """Whether these are single, and are not (part of) somebody's name."""
    if not scan.are_adjacent(begin, end) or not _are_single(scan, begin, end):
        return False
    before = begin - 1
    is_beside = before >= 0 and scan.are_adjacent(before, end)
    is_named = is_beside and scan.literals[before] in FAMILY_NAMES and _is_single(scan, before)
    return not is_named


def _is_written_otherwise(scan: Scan, pattern: Pattern, begin: int, end: int) -> bool:
    """Whether digits, or letters of other alphabets, stand for some letters of the word."""
    if end - begin < FEWEST_LETTERS:
        return False
    seen = scan.literals[begin:end]
    others = [one for one, other in zip(seen, pattern.letters, strict=True) if one != other]
    if any(one.isascii() and one.isalpha() for one in others):
        return False
    is_number = len([one for one in seen if one.isdigit()]) * 2 > len(seen)
    around = (scan.follows_digit(begin), scan.precedes_digit(end))
    return (
        not is_number
        and not any(around)
        and not scan.follows_letter(begin)
        and not scan.precedes_letter(end)
        and (scan.are_adjacent(begin, end) or _is_spread(scan, begin, end))
    )


def repeated(scan: Scan, pattern: Pattern, begin: int, end: int) -> bool:
    """Whether these letters are the word with some of them repeated."""
    seen = [(letter, len(list(run))) for letter, run in groupby(scan.literals[begin:end])]
    meant = [(letter, len(list(run))) for letter, run in groupby(pattern.letters)]
    if [letter for letter, _ in seen] != [letter for letter, _ in meant]:
        return False
    runs = [(count, least) for (_, count), (_, least) in zip(seen, meant, strict=True)]
    if any(count < least for count, least in runs):
        return False
    if pattern.kind is Kind.ALPHABETIC:
        # English doubles letters, but writes none three times.
        is_drawn = all(count == least or count > max(least, 2) for count, least in runs)
        return (
            is_drawn
            and has_borders(scan, pattern.letters, begin, end)
            and scan.are_adjacent(begin, end)
        )
    if pattern.kind is Kind.SHORT and end - begin < len(pattern.letters) + MORE_LETTERS:
        return False
    if not has_borders(scan, pattern.letters, begin, end):
        return False
    is_all_repeated = all(count > least for count, least in runs)
    return is_all_repeated or _is_stretched(scan, begin, end)


def _is_stretched(scan: Scan, begin: int, end: int) -> bool:
    """Whether no repetition is a word of its own (天天), and none reaches out of the stretch."""
    letters = scan.literals[begin:end]
    if any(len(list(run)) > THRICE for _, run in groupby(letters)):
        return True
    first, last = scan.stretch(begin, end)
    if not scan.segments.are_bounded(first, last):
        return False
    words = (scan.text[one:other] for one, other in scan.segments.words(first, last))
    return not any(len(word) > 1 and len(set(word)) == 1 for word in words)
