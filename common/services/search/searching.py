"""Searching articles, and completing phrases (contract/search.md §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from common import search
from common.cache import news
from common.cache.engine.stages import stage
from common.cache.guesses import article_authors
from common.errors import DependencyUnavailable, InvalidInput
from common.extensions.db import db
from common.models.visibility import blocked_by_sql
from common.schemas.news import ArticleBody
from common.schemas.search import FoundArticle, Highlight, SearchList, Suggestions
from common.search import Hits, Query, highlighting
from common.search.analysis import Part, analysed
from common.search.falling_back import engine_hits, hits_of
from common.search.interface import Sort
from common.services.articles.cards import article_cards, want_figures
from common.services.behaviour import recording
from common.services.channels.catalogue import RECOMMENDED, want_existence
from common.services.moderation import sensitive_words
from common.services.paging import first_index
from common.services.search import histories, learning
from common.services.search.presenting import is_presentable
from common.services.visibility import Place, WantedArticles, blocked_by
from common.utils.background.errands import Complaints
from common.utils.constants import BehaviourKind
from common.utils.parameters.phrases import Phrase
from common.utils.text import html

MAX_DEPTH = 10_000  # hits; pages beyond are empty
MAX_OPTIONS = 10
LOOKED_AT = 30  # learned phrases, and titles: some may not be shown
MAX_REFILLS = 3  # looks for what replaces hits that vanished a moment ago
ONE_DAY = timedelta(days=1)
NO_CHANNEL = {"channel_id": "Invalid channel id."}
NO_SPAN = {"end": "Invalid date param."}

_complaints = Complaints()


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who searches: a user, else a device (``subject``), else an address."""

    user_id: int | None
    subject: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is searched for. ``begin`` and ``end`` are days of publication, both included."""

    phrase: Phrase
    channel_id: int = RECOMMENDED
    begin: date | None = None
    end: date | None = None
    sort: Sort = "relevance"
    highlight: bool = False


def find_articles(
    wish: Wish, seeker: Seeker, *, page: int, per_page: int, remember: bool = True
) -> SearchList:
    """A page of visible articles; the first page is remembered (:func:`_note`).

    A phrase with a sensitive word finds nothing and is not remembered.

    :raises InvalidInput: no such channel, or ``end`` before ``begin``
    """
    nothing: SearchList = {"total_count": 0, "page": page, "per_page": per_page, "results": []}
    if _is_refused(wish.phrase.text):
        return nothing
    query = _query(wish, seeker.user_id)
    first = first_index(page, per_page)
    found_hits, results = _found(query, wish, seeker.user_id, first, per_page)
    if found_hits.corrected is not None and _is_refused(found_hits.corrected):
        return nothing  # or a title that holds the word were found by whoever misspells it
    if remember and page == 1:
        _note(wish, seeker, is_miss=_is_miss(query, found_hits))
    found: SearchList = {
        "total_count": found_hits.total,
        "page": page,
        "per_page": per_page,
        "results": results,
    }
    if found_hits.corrected is not None:
        found["corrected"] = {"from": wish.phrase.typed, "to": found_hits.corrected}
    return found


def _is_refused(phrase: str) -> bool:
    """Whether a word in it refuses, which is counted then."""
    hits = sensitive_words.refusing(sensitive_words.find(phrase))
    sensitive_words.note_hits(hits)
    return bool(hits)


def suggest(phrase: Phrase) -> Suggestions:
    """Completions of a phrase, best first; none while the engine is away."""
    try:
        if not is_presentable(phrase.text):
            return {"options": []}
        shown = _completions(phrase)
    except DependencyUnavailable as error:
        _complaints.utter("suggestions_left_out", dependency=error.dependency)
        return {"options": []}
    first_of = {option.casefold(): option for option in reversed(shown)}
    return {"options": list(reversed(first_of.values()))[:MAX_OPTIONS]}


def _completions(phrase: Phrase) -> list[str]:
    """What many searched for, then titles; a correction only if there is neither.

    More than are shown are asked for, in place of those that may not be.
    """
    learned = list(filter(is_presentable, learning.completions(phrase, count=LOOKED_AT)))
    if len(learned) >= MAX_OPTIONS:
        return learned
    titles = search.engine().suggest(phrase, count=LOOKED_AT, correct=not learned)
    return [*learned, *filter(is_presentable, titles)]


def _found(
    query: Query, wish: Wish, reader_id: int | None, first: int, count: int
) -> tuple[Hits, list[FoundArticle]]:
    """Hits and list items; hits that cannot be shown (any more) make room for the next ones.

    Those of titles in SQL are all there is: they can be shown, and never follow the engine's.
    """
    with search.engine().one_answer():
        return _filled(query, wish, reader_id, first, count)


def _filled(
    query: Query, wish: Wish, reader_id: int | None, first: int, count: int
) -> tuple[Hits, list[FoundArticle]]:
    is_beyond = first + count > MAX_DEPTH
    hits = found = hits_of(query, first=first, count=0 if is_beyond else count)
    results = _presented(hits, wish, reader_id)
    for _ in range(MAX_REFILLS):
        first += len(hits.article_ids)
        is_all = not hits.article_ids or first >= hits.total
        if len(results) >= count or is_all or found.are_titles:
            break
        more = engine_hits(query, first=first, count=count - len(results))
        if more is None:
            break
        hits = more
        results += _presented(hits, wish, reader_id)
    return found, results


def _query(wish: Wish, reader_id: int | None) -> Query:
    if wish.begin and wish.end and wish.end < wish.begin:
        raise InvalidInput(NO_SPAN)
    return Query(
        wish.phrase,
        channel_id=wish.channel_id or None,
        begin=_midnight(wish.begin) if wish.begin else None,
        end=_midnight(wish.end) + ONE_DAY if wish.end else None,
        sort=wish.sort,
        without_authors=frozenset() if reader_id is None else _blocked_by(reader_id),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _blocked_by(reader_id: int) -> frozenset[int]:
    known = blocked_by(reader_id)
    return frozenset(db.session.scalars(blocked_by_sql(reader_id)) if known is None else known)


def _presented(hits: Hits, wish: Wish, reader_id: int | None) -> list[FoundArticle]:
    """List items of the visible ones among hits. One Redis stage.

    :raises InvalidInput: there is no such channel, which that stage tells too
    """
    ids = hits.article_ids
    article_authors.learn({id_: hits.authors[id_] for id_ in ids if id_ in hits.authors})
    with stage() as ask:
        channel_exists = want_existence(ask, wish.channel_id)
        wanted = WantedArticles(ask, ids, reader_id)
        bodies = news.article_body.want(ask, ids if wish.highlight else ())
        figures = want_figures(ask, ids)
    if not channel_exists():
        raise InvalidInput(NO_CHANNEL)
    visible = wanted.resolve(Place.SEARCH)
    results = cast("list[FoundArticle]", article_cards(visible, figures()))
    if wish.highlight:
        parts = analysed(hits.corrected or wish.phrase.typed, whole=hits.have_the_rest)
        _highlight(results, bodies(), parts)
    return results


def _highlight(
    results: Sequence[FoundArticle], bodies: Mapping[int, ArticleBody], parts: Sequence[Part]
) -> None:
    """Mark in titles and texts what was found there: the terms of the phrase."""
    terms = [term for part in parts for term in (*part.terms, *part.others)]
    for result in results:
        body = bodies.get(result["art_id"])
        text = html.text_of(body.content) if body else ""
        result["highlight"] = Highlight(
            title=highlighting.marked(result["title"], terms),
            content=highlighting.excerpt(text, terms),
        )


def _is_miss(query: Query, hits: Hits) -> bool:
    """Whether there is nothing of the kind.

    What a channel or some days do not have may well be elsewhere; or be what this reader does not
    want to see, or what titles alone do not tell.
    """
    narrowed = (query.channel_id, query.begin, query.end, query.without_authors)
    return not (hits.total or hits.are_titles or any(narrowed))


def _note(wish: Wish, seeker: Seeker, *, is_miss: bool) -> None:
    """Remember a search: for its reader, for what is hot, and for statistics. Never fails."""
    if seeker.user_id is not None:
        histories.remember(seeker.user_id, wish.phrase)
    recording.record(
        BehaviourKind.SEARCH,
        subject=seeker.subject,
        ip=seeker.address,
        keyword=wish.phrase.text,
        missed=is_miss,
    )
