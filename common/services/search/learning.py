"""Phrases that many have searched for, as suggestions (contract/search.md §3, security.md row 113).

A phrase is learned when enough different people asked for it within a month, when readers find it
in the title of an article, and when it is whole. Whoever is no user counts by his address: one
machine makes any number of devices. It is suggested for as long as that article is visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import case, delete, func, insert, select

from common import search
from common.cache.engine.read_models import ReadModel, Ttl
from common.cache.engine.stages import stage
from common.extensions.db import db
from common.models import Article, BehaviourEvent, LearnedPhrase
from common.schemas.jobs import Outcome
from common.schemas.search import KnownPhrase
from common.search import Query
from common.search.analysis.folding import fold
from common.search.analysis.sounds import heads
from common.services.jobs.leadership import fenced
from common.services.search.presenting import is_presentable
from common.services.visibility import Place, WantedArticles
from common.utils import clock
from common.utils.constants import BehaviourKind
from common.utils.parameters.phrases import Phrase

WINDOW: Final = timedelta(days=30)
FEWEST_PEOPLE: Final = 3
CANDIDATES: Final = 1000
MOST: Final = 300
SHORTEST: Final = 2  # characters
BEST_HITS: Final = 20  # among which one must have the phrase in its title
LONGEST_USER_ID: Final = 15  # digits; hashes of devices and addresses are longer
UNFINISHED: Final = 0.5  # of the people typed on: whoever stopped here had not finished
ONLY: Final = 1  # id of the one list


class _Found(NamedTuple):
    keyword: str
    article_id: int


def learn() -> Outcome:
    """Replace what was learned by what the last month says; bounded, and harmless if repeated.

    :raises DependencyUnavailable: the engine is away, so that nobody can tell what has hits
    """
    people = _asked()
    whole = [keyword for keyword in people if not _is_unfinished(keyword, people)]
    good = [found for keyword in whole if (found := _vouched(keyword)) is not None][:MOST]
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

    What it takes of Redis is one stage, and one more if there are any.

    :raises DependencyUnavailable: SQL is down and CACHE does not know them
    """
    typed = "".join(each for each in fold(phrase.typed).plain if each.isalnum())
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


def _asked() -> dict[str, int]:
    """How many different people asked for a phrase, most first."""
    is_user = func.length(BehaviourEvent.subject) <= LONGEST_USER_ID
    person = case(
        (is_user, BehaviourEvent.subject),
        else_=func.coalesce(BehaviourEvent.ip_hash, BehaviourEvent.subject),
    )
    people = func.count(person.distinct())
    query = (
        select(BehaviourEvent.keyword, people)
        .where(
            BehaviourEvent.kind == BehaviourKind.SEARCH,
            BehaviourEvent.at >= clock.now() - WINDOW,
            BehaviourEvent.keyword.is_not(None),
        )
        .group_by(BehaviourEvent.keyword)
        .having(people >= FEWEST_PEOPLE)
        .order_by(people.desc(), BehaviourEvent.keyword)
        .limit(CANDIDATES)
    )
    return {keyword: int(number) for keyword, number in db.session.execute(query) if keyword}


def _is_unfinished(keyword: str, people: dict[str, int]) -> bool:
    """Whether many went on typing from here."""
    return any(
        other != keyword and other.startswith(keyword) and number >= people[keyword] * UNFINISHED
        for other, number in people.items()
    )


def _vouched(keyword: str) -> _Found | None:
    """The phrase with the best article that has it in its title; None if it may not be shown."""
    phrase = Phrase.of(keyword)
    if phrase is None or len(keyword) < SHORTEST or not is_presentable(keyword):
        return None
    hits = search.engine().search(Query(phrase), first=0, count=BEST_HITS)
    if hits.corrected is not None or not hits.article_ids:
        return None
    query = select(Article.article_id, Article.title).where(
        Article.article_id.in_(hits.article_ids)
    )
    wanted = fold(keyword).plain
    holders = {id_ for id_, title in db.session.execute(query) if wanted in fold(title).plain}
    best = next((id_ for id_ in hits.article_ids if id_ in holders), None)
    return None if best is None else _Found(keyword, best)


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
                heads=tuple(dict.fromkeys(heads(fold(keyword).plain))),
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
