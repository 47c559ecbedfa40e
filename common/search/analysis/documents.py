"""What an engine indexes of an article: terms with blanks between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from common.search.analysis.cutting import Bag, Reading, terms_of
from common.search.analysis.folding import Folded, fold
from common.search.analysis.sounds import HEAD_LENGTHS, beginnings, neighbours
from common.utils.text import html

LONGEST_CONTENT: Final = 200_000  # characters; what is behind them is not found
_LONGEST_TITLE: Final = 200
# No phrase can ask for a longer one, and engines cut such words differently.
_LONGEST_TERM: Final = 200


class IndexedText(NamedTuple):
    """A text of an article.

    :param terms: as it was written
    :param folded: those that are other words when folded, in their folded form
    """

    terms: str
    folded: str


class IndexedTitle(NamedTuple):
    """A title: found, corrected to, and completed to."""

    text: IndexedText
    near: str
    prefixes: str


def text_of_title(title: str) -> IndexedTitle:
    """The terms of a title; ``near`` and ``prefixes`` are each term once."""
    title = title[:_LONGEST_TITLE]
    folded = fold(title)
    return IndexedTitle(
        _indexed(folded, Reading.TITLE),
        " ".join(dict.fromkeys(neighbours(folded.plain))),
        " ".join(_prefixes(folded.plain)),
    )


def text_of_content(content: str) -> IndexedText:
    """The terms of a body in HTML."""
    bag = Bag(fold(html.text_of(content)[:LONGEST_CONTENT]))
    return IndexedText(_joined(bag.written), _joined(bag.folded))


def _prefixes(plain: str) -> list[str]:
    heads = beginnings(plain)
    return sorted({head[:most] for head in heads for most in HEAD_LENGTHS if most <= len(head)})


def _indexed(folded: Folded, reading: Reading) -> IndexedText:
    terms = terms_of(folded.plain, reading)
    if not folded.differs:
        return IndexedText(_joined([term.text for term in terms]), "")
    literal, plain = [], []
    for term in terms:
        written = folded.literal[term.start : term.end]
        if written == folded.plain[term.start : term.end]:
            literal.append(term.text)
        else:
            literal.append(written)
            plain.append(term.text)
    return IndexedText(_joined(literal), _joined(plain))


def _joined(terms: Sequence[str]) -> str:
    if max(map(len, terms), default=0) > _LONGEST_TERM:  # hardly ever
        terms = [term for term in terms if len(term) <= _LONGEST_TERM]
    return " ".join(terms)
