"""What many search for (contract/search.md §3: the rules of suggestions, last 24 hours)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select

from common.cache.engine.read_models import ReadModel, Ttl
from common.extensions.db import db
from common.models import BehaviourEvent
from common.schemas.search import HotPhrase, HotSearches, Trend
from common.search import Query, engine
from common.search.falling_back import engine_hits, hits_of
from common.services.search.presenting import is_presentable
from common.utils import clock
from common.utils.constants import BehaviourKind
from common.utils.parameters.phrases import Phrase

SHOWN = 10
SPARE = 10  # kept besides, for when a word becomes sensitive meanwhile
CANDIDATES = 40
PATIENCE_SECONDS = 1.0  # with an engine that is away or slow, and titles in SQL for it
FEWEST_SUBJECTS = 3
WINDOW = timedelta(hours=24)
ONE_SECOND = timedelta(seconds=1)
ONLY = 1  # id of the one list


def list_hot_searches() -> HotSearches:
    """Phrases with hits that many people searched for, most people first."""
    found = [each for each in hot_phrases.get(ONLY) or () if is_presentable(each.keyword)]
    return {"keywords": [{"keyword": each.keyword, "trend": each.trend} for each in found[:SHOWN]]}


def _load(_ids: Sequence[int]) -> dict[int, tuple[HotPhrase, ...]]:
    now = clock.now() + ONE_SECOND  # the present second included
    subjects = _subjects(now - WINDOW, now)
    before = _subjects(now - 2 * WINDOW, now - WINDOW, keywords=list(subjects))
    with engine().one_answer():
        found = islice(_with_hits(subjects), SHOWN + SPARE)
        hot = [
            HotPhrase(keyword=each, trend=_trend(before.get(each, 0), subjects[each]))
            for each in found
        ]
    return {ONLY: tuple(hot)}


def _with_hits(keywords: Iterable[str]) -> Iterator[str]:
    """Those that find something, as many as there is time to ask for: somebody waits for them."""
    until = time.monotonic() + PATIENCE_SECONDS
    has_answered = False
    for keyword in keywords:
        if time.monotonic() > until:
            return
        phrase = Phrase.of(keyword)
        if phrase is None or not is_presentable(keyword):
            continue
        ask = engine_hits if has_answered else hits_of
        hits = ask(Query(phrase), first=0, count=1)
        if hits is None:
            return
        has_answered = not hits.are_titles
        if hits.total and hits.corrected is None:
            yield keyword


def _subjects(
    begin: datetime, end: datetime, *, keywords: Sequence[str] | None = None
) -> dict[str, int]:
    """How many different people searched for a keyword, most first."""
    people = func.count(BehaviourEvent.subject.distinct())
    query = (
        select(BehaviourEvent.keyword, people)
        .where(
            BehaviourEvent.kind == BehaviourKind.SEARCH,
            BehaviourEvent.at >= begin,
            BehaviourEvent.at < end,
            BehaviourEvent.keyword.is_not(None),
        )
        .group_by(BehaviourEvent.keyword)
    )
    if keywords is None:
        query = query.having(people >= FEWEST_SUBJECTS).order_by(
            people.desc(), func.count().desc(), BehaviourEvent.keyword
        )
    else:
        query = query.where(BehaviourEvent.keyword.in_(keywords))
    rows = db.session.execute(query.limit(CANDIDATES))
    return {keyword: int(count) for keyword, count in rows if keyword}


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
