"""What many search for (contract/search.md §3: the rules of suggestions, last 24 hours)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from common.cache.engine.read_models import ReadModel, Ttl
from common.schemas.search import HotPhrase, HotSearches, Trend
from common.search import Query, engine
from common.search.falling_back import engine_hits, hits_of
from common.services.search import asking
from common.services.search.presenting import is_presentable
from common.services.search.vouching import BEST_HITS, showable, vouchers
from common.utils import clock

SHOWN = 10
KEPT = 20  # more than that, for when a word becomes sensitive meanwhile
CANDIDATES = 40
PATIENCE_SECONDS = 1.0  # with an engine that is away or slow, and titles in SQL for it
WINDOW = timedelta(hours=24)
ONLY = 1  # id of the one list


def list_hot_searches() -> HotSearches:
    """Phrases in titles that many people searched for, most people first."""
    found = [each for each in hot_phrases.get(ONLY) or () if is_presentable(each.keyword)]
    return {"keywords": [{"keyword": each.keyword, "trend": each.trend} for each in found[:SHOWN]]}


def _load(_ids: Sequence[int]) -> dict[int, tuple[HotPhrase, ...]]:
    now = clock.now()
    asked = asking.phrases(since=now - WINDOW, compared_since=now - 2 * WINDOW, most=CANDIDATES)
    vouched = frozenset(_vouched(each.keyword for each in asked))
    hot = [
        HotPhrase(keyword=each.keyword, trend=_trend(each.before, each.people))
        for each in asked
        if each.keyword in vouched
    ]
    return {ONLY: tuple(hot[:KEPT])}


def _vouched(keywords: Iterable[str]) -> list[str]:
    """Those that titles vouch for; no more is asked for once there are enough."""
    found: list[str] = []
    with engine().one_answer():
        hits = _hits(keywords)
        while len(found) < KEPT and (some := dict(islice(hits, KEPT))):
            found += vouchers(some)
    return found


def _hits(keywords: Iterable[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """What is found, for as many as there is time to ask for: somebody waits for them."""
    until = time.monotonic() + PATIENCE_SECONDS
    has_answered = False
    for keyword in keywords:
        if time.monotonic() > until:
            return
        phrase = showable(keyword)
        if phrase is None:
            continue
        ask = engine_hits if has_answered else hits_of
        hits = ask(Query(phrase), first=0, count=BEST_HITS)
        if hits is None:
            return
        has_answered = not hits.are_titles
        if hits.corrected is None:
            yield keyword, hits.article_ids


def _trend(before: int, now: int) -> Trend:
    if now == before:
        return "same"
    return "up" if now > before else "down"


# Declared here, because only an engine can tell what has hits.
hot_phrases: ReadModel[tuple[HotPhrase, ...]] = ReadModel(
    key="search:hot",
    value=tuple[HotPhrase, ...],
    ttl=Ttl(timedelta(minutes=1), jitter=timedelta(seconds=30)),
    null_ttl=None,
    load=_load,
)
