"""The built-in recommender: hot and new articles, without those the subject has been served.

Its answers follow the companion recommender of contract/rpc.md §1: a time after the newest page
served is a refresh (new suggestions), any other asks for what was served then. Between two
refreshes it inserts what neither has shown, and beyond the kept history it goes on by publication
time: whoever keeps asking with the returned time sees each article once, and then the end.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import chain, compress, islice
from operator import not_
from typing import NamedTuple

from common.cache.engine.stages import Stage
from common.cache.guesses import article_authors
from common.errors import DependencyUnavailable
from common.extensions.redis import Command
from common.services.recommending import candidates, exposures
from common.services.recommending.exposures import History, Keeping, StoredPage, want_history
from common.services.recommending.interface import (
    OLDEST_CURSOR_MS,
    Noting,
    Offer,
    Question,
    Suggestion,
    article_id_of,
    author_id_of,
)
from common.services.recommending.orders import Candidate, Mixture

SPARES = 3  # suggestions that are found at once for those that turn out not to be visible
PER_AUTHOR = 3  # of one page, while there are others
LOOK_AHEAD = 500  # articles that are looked at together, at most, for some not served yet


class BuiltinRecommender:
    """Works from SQL and STORE alone."""

    def want(self, ask: Stage, question: Question) -> WantedBuiltinOffer:
        """See :meth:`Recommender.want`. No SQL while the pools are warm."""
        return WantedBuiltinOffer(ask, question)

    def related(self, *, article_id: int, channel_id: int, count: int) -> list[Suggestion]:
        """The hottest of the same channel; no round trip once the pool was read."""
        try:
            pool = candidates.pool(channel_id, at_any_age=True)
        except DependencyUnavailable:
            return []
        similar = pool.similar[: count + 1]
        return [each for each in similar if each.article_id != article_id][:count]


class WantedBuiltinOffer:
    """See :class:`WantedOffer`."""

    def __init__(self, ask: Stage, question: Question) -> None:
        self._question = question
        self._history = want_history(ask, question.subject, question.channel_id, question.time_ms)

    def resolve(
        self,
        *,
        count: int,
        pin_ids: Collection[int] = (),
        passed: Collection[int] = (),
        hidden: Collection[int] = (),
    ) -> Offer | None:
        """See :meth:`WantedOffer.resolve`."""
        asked = self._question
        history = self._history()
        if history.exact is not None:
            return _served(history.exact, history)
        wish = _Wish(count, pin_ids, passed, hidden, history.keeping)
        if _is_refresh(asked, history):
            return _fresh(asked, history, wish)
        return _older(asked, history, wish)


class _Wish(NamedTuple):
    """What a page has to be like; see :meth:`WantedOffer.resolve`.

    :param keeping: how it is to be remembered
    """

    size: int
    pin_ids: Collection[int]
    passed: Collection[int]
    hidden: Collection[int]
    keeping: Keeping


def _noting(
    asked: Question,
    end_ms: int,
    keeping: Keeping,
    pin_ids: Collection[int] = (),
    *,
    restarts: bool = False,
) -> Noting:
    """Notes the page of an offer.

    :param end_ms: the time to ask with for the next older page
    :param keeping: how it is to be remembered
    :param pin_ids: what stands in front of it
    :param restarts: everything had been served, so the history begins anew with this page
    """
    subject, channel_id = asked.subject, asked.channel_id

    def page(shown: Sequence[Suggestion]) -> StoredPage:
        return StoredPage(asked.time_ms, end_ms, tuple(map(article_id_of, shown)), tuple(pin_ids))

    def noted(
        shown: Sequence[Suggestion], /, *, instead_of: Sequence[Suggestion] | None = None
    ) -> list[Command]:
        if instead_of is not None and list(instead_of) == list(shown):
            return []
        commands: list[Command] = []
        if instead_of:
            commands.append(exposures.unnote(subject, channel_id, page(instead_of)))
        if shown:
            commands += exposures.note(
                subject, channel_id, page(shown), restarts=restarts, keeping=keeping
            )
        return commands

    return noted


def _is_refresh(asked: Question, history: History) -> bool:
    """Whether this asks for news: recently, not with a time that was given for an older page."""
    return (
        asked.is_recent
        and asked.time_ms > history.newest_ms
        and not candidates.is_publication_time(asked.channel_id, asked.time_ms)
    )


def _served(page: StoredPage, history: History) -> Offer:
    """A page served before, without what stands in front of the newest one."""
    pinned, authors = history.pins_of_newest, article_authors.of(page.article_ids)
    suggestions = tuple(
        Suggestion(article_id, authors.get(article_id, 0), "fresh")
        for article_id in page.article_ids
        if article_id not in pinned
    )
    is_refresh = history.is_newest_asked_again
    return Offer(suggestions, len(suggestions), page.end_ms, is_new=False, is_refresh=is_refresh)


def _fresh(asked: Question, history: History, wish: _Wish) -> Offer:
    """What the subject has not seen; when there is nothing of that kind, all over again."""
    count, pool = wish.size, candidates.pool(asked.channel_id)
    mixture = pool.mixed
    without = [*wish.pin_ids, *wish.passed, *wish.hidden]
    unwanted = mixture.bits(without) if without else 0
    avoided = history.served_of(mixture) | unwanted
    elsewhere = history.served_elsewhere_of(mixture) if history.elsewhere else 0
    chosen = _unseen(mixture, avoided, elsewhere, count)
    if not chosen and not pool.is_complete:
        served = history.served.union(without)
        rest = _unserved(asked.channel_id, asked.time_ms, served, count)
        chosen = _suggest(rest, "fresh")
    restarts = not chosen
    if restarts:
        history, avoided, elsewhere = History(), unwanted, 0
        chosen = _unseen(mixture, avoided, elsewhere, count)
    if not chosen:
        return Offer((), count, OLDEST_CURSOR_MS, is_new=False, is_refresh=True)
    left = not pool.is_complete or mixture.count_without(avoided) > count
    cursor = _between(asked.time_ms, history.newest_ms or OLDEST_CURSOR_MS, something_left=left)

    def spares() -> Sequence[Suggestion]:
        known = avoided | mixture.bits(map(article_id_of, chosen))
        return _unseen(mixture, known, elsewhere, SPARES + len(wish.pin_ids) + len(wish.passed))

    noting = _noting(asked, cursor, wish.keeping, wish.pin_ids, restarts=restarts)
    return Offer(chosen, count, cursor, is_refresh=True, spares=spares, noted=noting)


def _older(asked: Question, history: History, wish: _Wish) -> Offer | None:
    """What was not served although it is older than the time asked with, else the served page."""
    count = wish.size
    avoided = history.served.union(history.pins_of_newest, wish.hidden)
    stored = history.below(asked.time_ms)
    if stored is None:
        return _by_time(asked, avoided, wish)
    line = candidates.pool(asked.channel_id).newest
    between = line.before(asked.time_ms, since_ms=history.deepest_ms)
    found = list(islice(_without(line.candidates[between], avoided), count + 1))
    if not found:
        return _served(stored, history)
    page, rest = found[:count], found[count:]
    if rest and page[-1].feed_ms > stored.time_ms:
        cursor = page[-1].feed_ms
    else:
        cursor = _between(asked.time_ms, stored.time_ms, something_left=bool(rest))
    return Offer(_suggest(page, "fresh"), count, cursor, noted=_noting(asked, cursor, wish.keeping))


def _by_time(asked: Question, avoided: frozenset[int], wish: _Wish) -> Offer | None:
    """Beyond the history: by publication time. No spares: they would be older than the cursor."""
    count = wish.size
    found = _unserved(asked.channel_id, asked.time_ms, avoided, count + 1)
    if not found:
        return None
    page = found[:count]
    cursor = page[-1].feed_ms if len(found) > count else OLDEST_CURSOR_MS
    noting = _noting(asked, cursor, wish.keeping)
    return Offer(_suggest(page, "fresh"), count, cursor, is_by_time=True, noted=noting)


def _between(time_ms: int, older_ms: int, *, something_left: bool) -> int:
    """A time to ask with for what is left, before going on with what was served at an older one."""
    return time_ms - 1 if something_left and time_ms - 1 > older_ms else older_ms


def _unserved(
    channel_id: int, below_ms: int, served: Container[int], count: int
) -> list[Candidate]:
    """The newest ``count`` articles of before ``below_ms`` that are not among the served."""
    found: list[Candidate] = []
    size = count + SPARES
    while True:
        batch = candidates.timeline(channel_id, below_ms=below_ms, count=size)
        found += _without(batch, served)
        if len(found) >= count or len(batch) < size:
            return found[:count]
        below_ms = batch[-1].feed_ms
        size = min(2 * size, LOOK_AHEAD)


def _without(found: Sequence[Candidate], served: Container[int]) -> Iterator[Candidate]:
    """Those not served yet; as most of many may have been, no Python code runs for each."""
    is_served = map(served.__contains__, map(article_id_of, found))
    return compress(found, map(not_, is_served))


def _suggest(found: Iterable[Candidate], reason: str) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(c.article_id, c.author_id, reason) for c in found)


def _unseen(mixture: Mixture, avoided: int, elsewhere: int, count: int) -> tuple[Suggestion, ...]:
    """What was served nowhere, then what was served in channel 0 only."""
    chosen = _mix(mixture, avoided | elsewhere, count)
    if len(chosen) < count and elsewhere:
        known = avoided | mixture.bits(map(article_id_of, chosen))
        chosen += _mix(mixture, known, count - len(chosen))
    return tuple(chosen)


def _mix(mixture: Mixture, avoided: int, count: int) -> list[Suggestion]:
    """New and hot in turn, few of the same author first, then whatever is left."""
    chosen = mixture.first_without(avoided, count)
    authors = list(map(author_id_of, chosen))
    repeated = len(authors) - len(set(authors))
    if repeated < PER_AUTHOR or max(map(authors.count, authors)) <= PER_AUTHOR:
        return chosen
    rest = mixture.without(avoided | mixture.bits(map(article_id_of, chosen)))
    return _few_of_each(chain(chosen, rest), count)


def _few_of_each(found: Iterable[Suggestion], count: int) -> list[Suggestion]:
    chosen: list[Suggestion] = []
    put_off: list[Suggestion] = []
    authors: dict[int, int] = {}
    for suggestion in found:
        before = authors.get(suggestion.author_id, 0)
        if before >= PER_AUTHOR:
            put_off.append(suggestion)
            continue
        authors[suggestion.author_id] = before + 1
        chosen.append(suggestion)
        if len(chosen) == count:
            return chosen
    return chosen + put_off[: count - len(chosen)]
