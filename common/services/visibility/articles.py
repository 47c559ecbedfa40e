"""Looking up what the verdict needs: articles, their authors, and how the reader stands to both.

The caches hold articles only while they are approved, and people only while they are enabled
(cache/news.py, cache/user.py): what is missing there is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from common.cache import news, user
from common.cache.engine.stages import Answer, Look, Stage, stage
from common.cache.guesses import article_authors
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile
from common.services.visibility.verdict import (
    Place,
    Verdict,
    is_shown,
    of_visible,
    verdicts,
)
from common.utils.constants import AttitudeKind, RelationKind

Pairs = Mapping[int, int]

_UNWANTED_ATTITUDES = frozenset(
    int(each) for each in AttitudeKind if not is_shown(of_visible(None, each), Place.FEED)
)
_UNWANTED_RELATIONS = frozenset(
    int(each) for each in RelationKind if not is_shown(of_visible(each, None), Place.FEED)
)


class VisibleArticle(NamedTuple):
    """An article this reader may open. ``attitude`` is the reader's own, None without one."""

    article_id: int
    info: ArticleInfo
    author: Profile
    attitude: int | None = None
    verdict: Verdict = Verdict.SEEN


_as_visible = partial(tuple.__new__, VisibleArticle)  # what ``_make`` does, without its frame
_author_of = attrgetter("author_id")


class People(NamedTuple):
    """Enabled users by id, and how the reader stands to those with whom there is something."""

    profiles: Mapping[int, Profile]
    relations: Pairs


class WantedPeople:
    """Users asked for within a stage that others share."""

    def __init__(self, ask: Stage, user_ids: Iterable[int], reader_id: int | None) -> None:
        self._ids = dict.fromkeys(user_ids)
        self._reader_id = reader_id
        self._profiles = user.profile.want(ask, self._ids)
        self._relations: Answer[dict[int, int]] | None = None
        if reader_id is not None:
            self._relations = user.relations.want(ask, reader_id, self._ids)

    def resolve(self, *, also: Iterable[int] = ()) -> People:
        """Profiles and relations.

        :param also: who turned out to be needed too; those not asked for cost a stage
        """
        profiles = self._profiles()
        relations = self._relations() if self._relations is not None else {}
        others = set(also).difference(self._ids)
        if others:
            with stage() as ask:
                more = WantedPeople(ask, others, self._reader_id)
            found = more.resolve()
            profiles = profiles | dict(found.profiles)
            relations = relations | dict(found.relations)
        return People(profiles, relations)


def visible_articles(
    article_ids: Sequence[int], *, reader_id: int | None, place: Place
) -> list[VisibleArticle]:
    """Those of ``article_ids`` that a place shows this reader, in their order.

    One stage, two at first sight.
    """
    with stage() as ask:
        wanted = WantedArticles(ask, article_ids, reader_id)
    return wanted.resolve(place)


def find_visible_article(article_id: int) -> VisibleArticle | None:
    """An article that can be opened by anybody, None if there is no such one (any more)."""
    return next(iter(visible_articles((article_id,), reader_id=None, place=Place.LINK)), None)


def unwanted_by(reader_id: int, look: Look) -> tuple[list[int], list[int]] | None:
    """Articles and authors that are not for a reader's feed; None if these are many, or if that
    cannot be told without asking."""
    relations = user.relations.peek(reader_id, look)
    attitudes = news.attitudes.peek(reader_id, look)
    if relations is None or attitudes is None:
        return None
    return (
        _with(_UNWANTED_ATTITUDES, attitudes),
        _with(_UNWANTED_RELATIONS, relations),
    )


def blocked_by(reader_id: int) -> list[int] | None:
    """Authors whom a reader has blocked; None if these are many, or if that cannot be told without
    asking (``common.models.visibility.blocked_by_sql`` does)."""
    relations = user.relations.peek(reader_id)
    return None if relations is None else _with(_UNWANTED_RELATIONS, relations)


def _with(values: frozenset[int], members: Pairs) -> list[int]:
    if values.isdisjoint(members.values()):  # nearly always, and found out without a loop here
        return []
    return [member for member, value in members.items() if value in values]


class WantedArticles:
    """Articles whose visibility is asked for within a stage that others share.

    :param authors: article → author, as far as the caller knows; others cost a second stage,
        unless this process has seen the article before
    """

    def __init__(
        self,
        ask: Stage,
        article_ids: Sequence[int],
        reader_id: int | None,
        authors: Pairs | None = None,
    ) -> None:
        self._ids = list(dict.fromkeys(article_ids))
        self._infos = news.article_info.want(ask, self._ids)
        self._authors = article_authors.of(self._ids)
        if authors:
            self._authors.update(authors)
        self._people = WantedPeople(ask, self._authors.values(), reader_id)
        self._attitudes: Answer[dict[int, int]] | None = None
        if reader_id is not None:
            self._attitudes = news.attitudes.want(ask, reader_id, self._ids)

    def resolve(self, place: Place) -> list[VisibleArticle]:
        """Those that a place shows this reader, in order."""
        infos = self._infos()
        attitudes = self._attitudes() if self._attitudes is not None else {}
        authors = dict(zip(infos, map(_author_of, infos.values()), strict=True))
        others: Iterable[int] = ()
        if authors != self._authors:  # seldom
            article_authors.learn(authors)
            others = authors.values()
        profiles, relations = self._people.resolve(also=others)
        ids = [id_ for id_ in self._ids if id_ in infos and authors[id_] in profiles]
        # Column by column, so that no line of Python runs per article.
        written_by = [authors[id_] for id_ in ids]
        relation = list(map(relations.get, written_by))
        attitude = list(map(attitudes.get, ids))
        judged = verdicts(relation, attitude)
        columns = (
            ids,
            map(infos.__getitem__, ids),
            map(profiles.__getitem__, written_by),
            attitude,
            judged,
        )
        seen: list[VisibleArticle] = list(map(_as_visible, zip(*columns, strict=True)))
        least = place.least
        if min(judged, default=least) < least:
            return [article for article in seen if article.verdict >= least]
        return seen
