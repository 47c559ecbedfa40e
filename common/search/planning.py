"""What engines are asked for: tiers of terms in fields (contract/additions.md §6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from common.search.analysis import Part

TITLE: Final = "title"
CONTENT: Final = "content"
TITLE_FOLDED: Final = "title_folded"
CONTENT_FOLDED: Final = "content_folded"
NEAR: Final = "near"
PREFIX: Final = "prefix"

SPELLINGS: Final = (TITLE, CONTENT, TITLE_FOLDED, CONTENT_FOLDED)
_WRITTEN: Final = ((TITLE, 2.0), (CONTENT, 1.0))
_FOLDED: Final = ((TITLE_FOLDED, 2.0), (CONTENT_FOLDED, 1.0))
_SYNONYM: Final = 0.5  # of the weight of the word itself


class Clause(NamedTuple):
    """A term in a field, and how much it counts."""

    field: str
    term: str
    weight: float


@dataclass(frozen=True)
class Tier:
    """Articles that come before all of the next tier.

    :param scored: any of them, the sum of their scores
    :param needed: one of these too, without a score; none: no matter
    :param excluded: none of these
    """

    scored: tuple[Clause, ...]
    needed: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()


def tiers_of(parts: Sequence[Part]) -> tuple[Tier, Tier]:
    """What has a term as it was typed, then what has them in another spelling only.

    In both, terms count in whatever spelling they are.
    """
    terms = [term for part in parts for term in part.terms]
    written = [term for part in parts for term in part.written]
    others = [term for part in parts for term in part.others]
    literal = _clauses(written, _WRITTEN)
    kin = _clauses(others, _WRITTEN, _SYNONYM)
    folded_kin = _clauses(others, _FOLDED, _SYNONYM)
    if terms == written:
        first, folded = literal + kin, _clauses(terms, _FOLDED) + folded_kin
        return Tier(first + folded, needed=first), Tier(folded, excluded=first)
    known = set(terms)
    strange = [term for term in written if term not in known]
    scored = _clauses(terms, _WRITTEN + _FOLDED) + _clauses(strange, _WRITTEN) + kin + folded_kin
    return Tier(scored, needed=literal), Tier(scored, excluded=literal)


def together(tiers: Sequence[Tier]) -> Tier:
    """Everything that is in any of them."""
    return Tier(tuple(dict.fromkeys(clause for tier in tiers for clause in tier.scored)))


def _clauses(
    terms: Sequence[str], fields: Sequence[tuple[str, float]], share: float = 1.0
) -> tuple[Clause, ...]:
    return tuple(Clause(name, term, weight * share) for term in terms for name, weight in fields)
