"""The built-in recommender: hot and new articles, without those the subject has been served.

Its answers follow the companion recommender of contract/rpc.md §1: a time after the newest page
served is a refresh (new suggestions), any other asks for what was served then. Beyond the kept
history the feed goes on by publication time, so that scrolling ends only with the last article.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from common.services.recommending import candidates, exposures
from common.services.recommending.candidates import Candidate
from common.services.recommending.interface import NOTHING, Offer, Suggestion

SPARES = 3  # suggestions beyond a page, for those that turn out not to be visible
PER_AUTHOR = 3  # of one page, while there are others
OLDEST_CURSOR_MS = 1  # "nothing older": what clients get with the last page


class BuiltinRecommender:
    """Works from SQL and STORE alone."""

    def offer(self, *, subject: str, channel_id: int, count: int, time_ms: int) -> Offer:
        """See :meth:`Recommender.offer`. One STORE stage, no SQL while the pools are warm.

        :raises DependencyUnavailable: STORE is down, so nobody knows what was served
        """
        history = exposures.read(subject, channel_id, time_ms)
        if history.page is not None:
            return self._served(history.page, count)
        if history.newest_ms >= time_ms:
            return self._older(channel_id, history.served, count, time_ms)
        return self._fresh(channel_id, history, count, time_ms)

    def remember(
        self,
        *,
        subject: str,
        channel_id: int,
        time_ms: int,
        offer: Offer,
        shown: Sequence[Suggestion],
    ) -> list[tuple[object, ...]]:
        """See :meth:`Recommender.remember`."""
        if not offer.is_new or not shown:
            return []
        return exposures.note(
            subject,
            channel_id,
            time_ms=time_ms,
            end_ms=offer.cursor_ms or OLDEST_CURSOR_MS,
            article_ids=[suggestion.article_id for suggestion in shown],
            author_ids=[suggestion.author_id for suggestion in shown],
            restarts=offer.restarts,
        )

    def related(self, *, article_id: int, channel_id: int, count: int) -> list[Suggestion]:
        """The hottest of the same channel; no round trip while the pool is warm."""
        pool = candidates.pool(channel_id)
        chosen = {c.article_id: c for c in (*pool.hot[: count + 1], *pool.newest[: count + 1])}
        chosen.pop(article_id, None)
        return list(_suggest(list(chosen.values())[:count], "similar"))

    def _served(self, page: exposures.StoredPage, count: int) -> Offer:
        pairs = zip(page.article_ids, page.author_ids, strict=True)
        suggestions = tuple(Suggestion(article, author, "fresh") for article, author in pairs)
        return Offer(suggestions, max(count, len(suggestions)), page.end_ms)

    def _older(self, channel_id: int, served: Container[int], count: int, time_ms: int) -> Offer:
        below = time_ms
        found: list[Candidate] = []
        wanted = count + SPARES
        while len(found) < count:
            batch = candidates.timeline(channel_id, below_ms=below, count=wanted)
            found += [c for c in batch if c.article_id not in served]
            if len(batch) < wanted:
                break
            below = batch[-1].feed_ms
        if not found:
            return NOTHING
        page = found[:count]
        is_last = len(found) <= count and not candidates.timeline(
            channel_id, below_ms=page[-1].feed_ms, count=1
        )
        cursor = OLDEST_CURSOR_MS if is_last else page[-1].feed_ms
        # No spares: a spare would have to be older than the cursor that the page promises.
        return Offer(_suggest(page, "fresh"), count, cursor, is_new=True)

    def _fresh(
        self, channel_id: int, history: exposures.History, count: int, time_ms: int
    ) -> Offer:
        pool = candidates.pool(channel_id)
        avoided = history.served | history.served_elsewhere
        chosen = list(_mix(pool, avoided, count + SPARES))
        if not chosen and history.served_elsewhere:
            chosen = list(_mix(pool, history.served, count + SPARES))
        if not chosen and not pool.is_complete:
            rest = self._older(channel_id, history.served, count, time_ms)
            if rest.suggestions:
                cursor = history.newest_ms or time_ms - 1
                return Offer(rest.suggestions, count, cursor, is_new=True)
        restarts = not chosen
        if restarts:
            chosen = list(_mix(pool, frozenset(), count + SPARES))
        cursor = time_ms - 1 if restarts or not history.newest_ms else history.newest_ms
        nothing_older = restarts or not history.newest_ms
        if nothing_older and pool.is_complete and len(pool.newest) <= count:
            cursor = OLDEST_CURSOR_MS
        return Offer(tuple(chosen), count, max(1, cursor), is_new=True, restarts=restarts)


def _suggest(found: Iterable[Candidate], reason: str) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(c.article_id, c.author_id, reason) for c in found)


def _mix(pool: candidates.Pool, avoided: Container[int], count: int) -> Iterator[Suggestion]:
    """Hot and new in turn, few of the same author first, then whatever is left."""
    taken: set[int] = set()
    authors: dict[int, int] = {}
    put_off: list[Suggestion] = []
    for candidate, reason in _alternate(pool):
        if len(taken) == count:
            return
        if candidate.article_id in taken or candidate.article_id in avoided:
            continue
        suggestion = Suggestion(candidate.article_id, candidate.author_id, reason)
        if authors.get(candidate.author_id, 0) >= PER_AUTHOR:
            put_off.append(suggestion)
            continue
        authors[candidate.author_id] = authors.get(candidate.author_id, 0) + 1
        taken.add(candidate.article_id)
        yield suggestion
    for suggestion in put_off:
        if len(taken) == count:
            return
        if suggestion.article_id not in taken:
            taken.add(suggestion.article_id)
            yield suggestion


def _alternate(pool: candidates.Pool) -> Iterator[tuple[Candidate, str]]:
    newest, hot = iter(pool.newest), iter(pool.hot)
    for candidate in newest:
        yield candidate, "fresh"
        following = next(hot, None)
        if following is not None:
            yield following, "hot"
    for candidate in hot:
        yield candidate, "hot"
