"""Phrases that many have searched for, as suggestions (contract/search.md §3, security.md row 113).

A phrase is learned when enough different people asked for it within a month, when readers find it
in the title of an article, and when it is whole. It is suggested for as long as that article is
visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete, insert, select

from common import search
from common.cache.engine.read_models import ReadModel, Ttl
from common.cache.engine.stages import stage
from common.extensions.db import db, snapshot
from common.models import LearnedPhrase
from common.schemas.jobs import Outcome
from common.schemas.search import KnownPhrase
from common.search import Query
from common.search.analysis.folding import fold
from common.search.analysis.sounds import beginning_of, beginnings
from common.services.jobs.leadership import fenced
from common.services.search import asking
from common.services.search.vouching import BEST_HITS, showable, vouchers
from common.services.visibility import Place, WantedArticles
from common.utils import clock
from common.utils.parameters.phrases import Phrase

WINDOW: Final = timedelta(days=30)
CANDIDATES: Final = 1000
MOST: Final = 300
SHORTEST: Final = 2  # characters
UNFINISHED: Final = 0.5  # of the people typed on: whoever stopped here had not finished
ONLY: Final = 1  # id of the one list


class _Found(NamedTuple):
    keyword: str
    article_id: int


def learn() -> Outcome:
    """Replace what was learned by what the last month says; bounded, and harmless if repeated.

    :raises DependencyUnavailable: the engine is away, so that nobody can tell what has hits
    """
    with snapshot() as view:
        asked = asking.phrases(since=clock.now() - WINDOW, most=CANDIDATES, view=view)
    people = {each.keyword: each.people for each in asked}
    whole = [keyword for keyword in people if not _is_unfinished(keyword, people)]
    good = [_Found(*found) for found in vouchers(_hits(whole)).items()][:MOST]
    with fenced() as session:
        before = set(session.scalars(select(LearnedPhrase.keyword)))
        session.execute(delete(LearnedPhrase))
        if good:
            now = clock.now()
            rows = [each._asdict() | {"people": people[each.keyword]} for each in good]
            session.execute(insert(LearnedPhrase), [row | {"learned_at": now} for row in rows])
    known_phrases.invalidate(ONLY)
    return Outcome(rows_changed=len(before ^ {each.keyword for each in good}))


def completions(phrase: Phrase, *, count: int) -> list[str]:
    """Learned phrases that begin so, in characters, pinyin or initials, most people first.

    Those of the first ``count`` whose articles are visible.

    What it takes of Redis is one stage, and one more if there are any.

    :raises DependencyUnavailable: SQL is down and CACHE does not know them
    """
    typed = beginning_of(fold(phrase.typed).plain)
    known = known_phrases.get(ONLY) or ()
    found = [
        each for each in known if typed and any(head.startswith(typed) for head in each.heads)
    ][:count]
    if not found:
        return []
    with stage() as ask:
        wanted = WantedArticles(ask, [each.article_id for each in found], None)
    visible = {each.article_id for each in wanted.resolve(Place.SEARCH)}
    return [each.keyword for each in found if each.article_id in visible]


def _is_unfinished(keyword: str, people: dict[str, int]) -> bool:
    """Whether many went on typing from here, whenever they did."""
    return any(
        other != keyword and other.startswith(keyword) and number >= people[keyword] * UNFINISHED
        for other, number in people.items()
    )


def _hits(keywords: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By phrase that may be suggested, the best articles that have what was typed."""
    found = {}
    for keyword in keywords:
        phrase = showable(keyword) if len(keyword) >= SHORTEST else None
        if phrase is None:
            continue
        hits = search.engine().search(Query(phrase), first=0, count=BEST_HITS)
        if hits.corrected is None:
            found[keyword] = hits.article_ids
    return found


def _load(_ids: Sequence[int]) -> dict[int, tuple[KnownPhrase, ...]]:
    rows = db.session.execute(
        select(LearnedPhrase.keyword, LearnedPhrase.article_id)
        .order_by(LearnedPhrase.people.desc(), LearnedPhrase.keyword.desc())
        .limit(MOST)
    )
    return {
        ONLY: tuple(
            KnownPhrase(
                keyword=keyword,
                article_id=article_id,
                heads=tuple(sorted(beginnings(fold(keyword).plain))),
            )
            for keyword, article_id in rows
        )
    }


known_phrases: ReadModel[tuple[KnownPhrase, ...]] = ReadModel(
    key="search:learned",
    value=tuple[KnownPhrase, ...],
    ttl=Ttl(timedelta(minutes=5), jitter=timedelta(minutes=1)),
    null_ttl=None,
    load=_load,
)
