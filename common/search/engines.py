"""What engines have in common that find articles by terms: tiers, corrections, blending.

An engine adds how it finds a term; so any two of them give the same hits in the same order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import islice
from typing import Final

from common.search import correcting
from common.search.analysis import Part, analysed
from common.search.analysis.folding import fold
from common.search.analysis.sounds import beginning_of, beginnings, known_by
from common.search.blending import blended
from common.search.interface import Explanation, Hits, Kind, Query, Share
from common.search.planning import Tier, tiers_of, together
from common.search.rows import Row
from common.utils.parameters.phrases import Phrase

BLENDED: Final = 200  # best hits among which freshness and readings count
_LOOKED_AT: Final = 30  # titles that begin like a phrase; of them those are taken that go on so
_NEAR: Final = 30  # titles that sound like a phrase


class TermEngine(ABC):
    """An engine over an inverted index with the fields of :mod:`common.search.planning`."""

    def one_answer(self) -> AbstractContextManager[None]:
        """An engine in this process is never waited for."""
        return nullcontext()

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """``count`` hits from index ``first`` on; if nothing has a word, of its correction.

        If nothing has what tells, in no channel and on no day, what has the rest. What authors ask
        of their own is not corrected: they are not told, and words come from titles of others.

        :raises DependencyUnavailable: the engine is away, or has no index of this analyser
        """
        parts = analysed(query.phrase.typed)
        hits = self._page(parts, query, first, count)
        if query.kind is Kind.PUBLIC:
            corrected = self._corrected(parts, found=hits.total > 0)
            if corrected is not None:
                hits = self._page(analysed(corrected), query, first, count)
                return replace(hits, corrected=corrected)
        if hits.total == 0:
            whole = analysed(query.phrase.typed, whole=True)
            if whole != parts and not self._finds(parts, query):
                return replace(self._page(whole, query, first, count), have_the_rest=True)
        return hits

    def suggest(self, phrase: Phrase, *, count: int, correct: bool = True) -> list[str]:
        """Titles that begin so, in characters, pinyin or initials, most read first.

        If there are none, what the phrase should have been, if that is wanted.

        :raises DependencyUnavailable: the engine is away, or has no index of this analyser
        """
        typed = beginning_of(fold(phrase.typed).plain)
        if typed:
            known = known_by(typed)
            titles = self._beginning(known, _LOOKED_AT)
            wanted = [title for title in titles if known == typed or _begins(title, typed)]
            if wanted:
                return list(dict.fromkeys(wanted))[:count]
        if not correct:
            return []
        corrected = self._corrected(analysed(phrase.typed), found=False)
        return [] if corrected is None else [corrected]

    def explain(self, query: Query, article_id: int) -> Explanation:
        """What each term contributes to an article's score, filters of the query left out."""
        parts, corrected = self._asked(query)
        terms = tuple(term for part in parts for term in part.terms)
        without = Explanation(terms, corrected=corrected)
        if not self._holds(query.kind, article_id):
            return without
        for number, tier in enumerate(tiers_of(parts), 1):
            score = self._score(query.kind, tier, article_id)
            if score is None:
                continue
            scored = [
                (clause, self._score(query.kind, Tier((clause,)), article_id))
                for clause in tier.scored
            ]
            shares = tuple(Share(each.field, each.term, part) for each, part in scored if part)
            return Explanation(terms, True, number, score, shares, corrected)
        return replace(without, is_indexed=True)

    def _asked(self, query: Query) -> tuple[Sequence[Part], str | None]:
        """What a search without filters looks for in the end, and the correction it is of."""
        parts = analysed(query.phrase.typed)
        is_found = self._finds(parts, query)
        if query.kind is Kind.PUBLIC:
            corrected = self._corrected(parts, found=is_found)
            if corrected is not None:
                return analysed(corrected), corrected
        return (parts if is_found else analysed(query.phrase.typed, whole=True)), None

    def _finds(self, parts: Sequence[Part], query: Query) -> bool:
        """Whether anything has them, filters of the query left out."""
        return self._page(parts, Query(query.phrase, owner_id=query.owner_id), 0, 0).total > 0

    def _page(self, parts: Sequence[Part], query: Query, first: int, count: int) -> Hits:
        if not parts:
            return Hits()
        tiers: Sequence[Tier] = tiers_of(parts)
        if query.sort == "time":
            tiers = [together(tiers)]
        is_blended = query.sort == "blend" and first < BLENDED
        begin, wanted = (0, max(BLENDED, first + count)) if is_blended else (first, count)
        rows: list[Row] = []
        total = 0
        for tier in tiers:
            found, number = self._rows(
                tier, query, max(0, begin - total), max(0, wanted - len(rows))
            )
            best = max(0, BLENDED - len(rows)) if is_blended else 0
            rows += [*blended(found[:best]), *found[best:]]
            total += number
        if is_blended:
            rows = rows[first : first + count]
        return Hits(
            tuple(row.article_id for row in rows),
            total,
            {row.article_id: row.author_id for row in rows},
        )

    def _corrected(self, parts: Sequence[Part], *, found: bool) -> str | None:
        """The phrase with what no article has replaced by what sounds or is spelt like it."""
        if found and len(parts) == 1 and len(parts[0].terms) == 1:
            return None
        pieces = [list(correcting.units_of(part.text)) for part in parts]
        fixed = self._fixes({unit for units in pieces for unit in units})
        if not fixed:
            return None
        return " ".join("".join(fixed.get(unit, unit) for unit in units) for units in pieces)

    def _fixes(self, units: Collection[str]) -> dict[str, str]:
        """What stands for each unit that no article has, as far as anything could."""
        asked = sorted(unit for unit in units if correcting.is_correctable(unit))
        if not asked:
            return {}
        groups = {unit: correcting.groups_of(unit) for unit in asked}
        known = iter(self._known([terms for each in groups.values() for terms in each]))
        doubts = [
            doubt
            for unit, each in groups.items()
            for doubt in correcting.doubts_of(unit, list(islice(known, len(each))))
        ]
        near = [self._near(correcting.near_terms(doubt.text), _NEAR) for doubt in doubts]
        return correcting.mended(
            (doubt, correcting.best_of(doubt, titles))
            for doubt, titles in zip(doubts, near, strict=True)
        )

    @abstractmethod
    def _rows(self, tier: Tier, query: Query, first: int, count: int) -> tuple[Sequence[Row], int]:
        """Hits of a tier in the query's order, and how many there are in all."""

    @abstractmethod
    def _known(self, groups: Sequence[Sequence[str]]) -> Sequence[bool]:
        """Of each group of terms, whether any of readers' articles has one in any spelling."""

    @abstractmethod
    def _near(self, terms: Sequence[str], count: int) -> Sequence[str]:
        """Titles of readers' articles with any of these terms in ``near``, most of them first."""

    @abstractmethod
    def _beginning(self, prefix: str, count: int) -> Sequence[str]:
        """Titles of readers' articles with this term in ``prefix``, the greatest weight first."""

    @abstractmethod
    def _holds(self, kind: Kind, article_id: int) -> bool:
        """Whether an article is in the index."""

    @abstractmethod
    def _score(self, kind: Kind, tier: Tier, article_id: int) -> float | None:
        """The score of an article in a tier; None if it is not in it."""


def _begins(title: str, typed: str) -> bool:
    """Whether a title that begins with the first characters of ``typed`` goes on with the rest."""
    return any(head.startswith(typed) for head in beginnings(fold(title).plain, len(typed)))
