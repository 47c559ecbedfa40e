"""What every search engine can do."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Protocol

from common.utils import clock
from common.utils.parameters.phrases import Phrase

Sort = Literal["relevance", "time", "blend"]

_DIGEST_BYTES: Final = 7  # fits into a signed 64-bit integer of any engine


class Kind(StrEnum):
    """The two indexes: what readers find, and what authors find of their own."""

    PUBLIC = "articles"
    OWN = "articles_own"


@dataclass(frozen=True)
class Query:
    """What is searched for: approved articles that contain the phrase.

    :param owner_id: his own articles instead, whatever readers see of them; neither deleted nor
        banned ones
    :param begin: published at or after, product time; ``end``: before
    :param without_authors: whose articles are left out
    """

    phrase: Phrase
    channel_id: int | None = None
    begin: datetime | None = None
    end: datetime | None = None
    sort: Sort = "relevance"
    without_authors: frozenset[int] = frozenset()
    owner_id: int | None = None

    @property
    def kind(self) -> Kind:
        """The index that knows."""
        return Kind.PUBLIC if self.owner_id is None else Kind.OWN

    @property
    def begin_ms(self) -> int | None:
        """``begin`` in epoch milliseconds; nothing is older than 1970."""
        return None if self.begin is None else _epoch_ms(self.begin)

    @property
    def end_ms(self) -> int | None:
        """``end`` in epoch milliseconds, as :attr:`begin_ms`."""
        return None if self.end is None else _epoch_ms(self.end)


@dataclass(frozen=True)
class Hits:
    """A part of the found articles in their order; ``total`` counts all of them.

    :param authors: author by article, as far as the engine knows
    :param corrected: what was searched for instead, since nothing has what was typed
    :param have_the_rest: nothing has what tells; these have the words that say nothing beside it
    :param are_titles: titles in SQL, since the engine is away: another list than the engine's
    """

    article_ids: tuple[int, ...] = ()
    total: int = 0
    authors: Mapping[int, int] = field(default_factory=dict)
    corrected: str | None = None
    have_the_rest: bool = False
    are_titles: bool = False


@dataclass(frozen=True)
class Document:
    """An article as it is indexed.

    :param content: HTML
    :param version: of two documents of one article the one with the greater version is right;
        the id of the outbox row that brought it, 0 of one that was read for a new index
    """

    article_id: int
    author_id: int
    channel_id: int
    title: str
    content: str
    published_at: datetime
    version: int
    readings: int = 0

    @property
    def weight(self) -> int:
        """How much it is read, on a scale of doublings (contract/search.md §3, suggestion)."""
        return 1 + int(math.log2(1 + max(self.readings, 0)))

    @property
    def published_ms(self) -> int:
        """Epoch milliseconds; what is older than 1970 is as old as that."""
        return _epoch_ms(self.published_at)

    @property
    def digest(self) -> int:
        """Tells this document from one of the same article with anything else in it.

        But for its weight, as nothing follows readings: that is compared by itself.
        """
        parts = (
            self.author_id, self.channel_id, self.published_ms, self.title, self.content,
        )  # fmt: skip
        text = repr(parts).encode(errors="surrogatepass")
        return int.from_bytes(hashlib.blake2b(text, digest_size=_DIGEST_BYTES).digest())


@dataclass(frozen=True)
class Stored:
    """What an engine holds of an article, for comparing."""

    article_id: int
    version: int
    digest: int
    weight: int


class DocumentsRefused(Exception):
    """Documents that an engine will never take; all others of the batch are there.

    :param article_ids: of which articles
    """

    def __init__(self, article_ids: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, article_ids)))
        self.article_ids = tuple(article_ids)


@dataclass(frozen=True)
class Share:
    """What a term contributes to the score of an article; fields as engines name them."""

    field: str
    term: str
    score: float


@dataclass(frozen=True)
class Explanation:
    """Why an article is found, or is not.

    :param is_indexed: whether the engine knows it at all
    :param tier: 1: has what was typed, 2: in another spelling; None: has none of it
    :param corrected: what is searched for instead, since nothing has what was typed
    """

    terms: tuple[str, ...]
    is_indexed: bool = False
    tier: int | None = None
    score: float = 0.0
    shares: tuple[Share, ...] = ()
    corrected: str | None = None


def before(removed: Mapping[int, int], until: int | None) -> Mapping[int, int]:
    """Those with a smaller version; None: all of them."""
    if until is None:
        return removed
    return {id_: version for id_, version in removed.items() if version < until}


def _epoch_ms(moment: datetime) -> int:
    """Engines keep numbers without a sign."""
    return max(0, clock.to_ms(moment))


class Rebuild(Protocol):
    """An index in the making, which nobody searches yet."""

    def add(self, documents: Sequence[Document]) -> None:
        """Put articles in that it does not have.

        :raises DocumentsRefused: some of them; the others are there
        """

    def apply(self, documents: Sequence[Document], removed: Mapping[int, int]) -> None:
        """Bring it up to date with changes, as the engine's own methods do.

        :raises DocumentsRefused: some of them; the others are there
        """

    def count(self) -> int:
        """How many articles it has."""

    def switch(self, last: Callable[[], object]) -> None:
        """Search it from now on. ``last`` runs before, while nobody writes into the old one."""


class SearchEngine(Protocol):
    """Finds articles and completes phrases.

    Every method may raise ``DependencyUnavailable("search")``, within 500 ms.
    """

    @property
    def has_one_writer(self) -> bool:
        """Whether only the leading ``schedule`` process may write into it."""

    def one_answer(self) -> AbstractContextManager[None]:
        """What is asked inside is for one answer: the 500 ms are for all of it together."""

    def search(self, query: Query, *, first: int, count: int) -> Hits:
        """``count`` hits from index ``first`` on, best first; equals by id, newest first."""

    def suggest(self, phrase: Phrase, *, count: int, correct: bool = True) -> list[str]:
        """Completions of a prefix, best first; if there are none, one correction if wanted."""

    def explain(self, query: Query, article_id: int) -> Explanation:
        """Why an article is where it is."""

    def index(self, documents: Sequence[Document], kind: Kind = Kind.PUBLIC) -> None:
        """Add articles, or replace older versions of them.

        :raises DocumentsRefused: some of them; the others are there
        """

    def delete(self, versions: Mapping[int, int], kind: Kind = Kind.PUBLIC) -> None:
        """Remove articles unless a version is newer; absent ones do not matter.

        :param versions: by article, the id of the outbox row that removes it
        """

    def is_ready(self, kind: Kind) -> bool:
        """Whether there is an index made by this analyser."""

    def stored(self, kind: Kind, *, after: int, upto: int | None) -> Iterable[Stored]:
        """What it has of the articles behind ``after``, up to ``upto`` included, by id."""

    def removed(self, kind: Kind) -> Mapping[int, int]:
        """Removals that it remembers, with their versions; none where there is no index."""

    def newest(self, kind: Kind) -> int:
        """The greatest version of what it has and of removals that it remembers; 0: of nothing."""

    def rebuild(self, kind: Kind, *, until: int | None = None) -> AbstractContextManager[Rebuild]:
        """A new index; what is not switched to in the end is thrown away.

        :param until: removals of this version and newer ones are not those of this database
        :raises Conflict: another process is making one
        """

    def close(self) -> None:
        """Give connections and files back; the next use opens them again."""
