"""Which articles, users and comments a reader may see: the one rule all lists and pages use.

An article is visible while it is approved and its author enabled. Lists that discover articles
(feed, related, search) also leave out authors the reader has blocked, and the feed what the reader
dislikes; what the reader opens, collected or read stays (contract/user-app.md §5.4, §8.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from common.cache import news, user
from common.cache.authors import article_authors
from common.cache.engine import Wanted
from common.extensions.redis import Batch, cache
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile
from common.utils.constants import AttitudeKind, RelationKind

Pairs = Mapping[int, int]

# As plain integers: comparing with a member of an enumeration looks its value up each time.
_FOLLOW = int(RelationKind.FOLLOW)
_BLACKLIST = int(RelationKind.BLACKLIST)
_DISLIKE = int(AttitudeKind.DISLIKE)


class VisibleArticle(NamedTuple):
    """An article this reader may see. ``attitude`` is the reader's own, None without one."""

    article_id: int
    info: ArticleInfo
    author: Profile
    attitude: int | None = None
    follows_author: bool = False
    blocks_author: bool = False


class People(NamedTuple):
    """Enabled users by id, and how the reader stands to those with whom there is something."""

    profiles: Mapping[int, Profile]
    relations: Pairs


class WantedPeople:
    """Users asked for within a stage that others share."""

    def __init__(self, batch: Batch, user_ids: Iterable[int], reader_id: int | None) -> None:
        self._ids = dict.fromkeys(user_ids)
        self._reader_id = reader_id
        self._profiles = user.profile.want(batch, self._ids)
        self._relations: Wanted[dict[int, int]] | None = None
        if reader_id is not None:
            self._relations = user.relations.want(batch, reader_id, self._ids)

    def resolve(self, *, also: Iterable[int] = ()) -> People:
        """Profiles and relations.

        :param also: who turned out to be needed too; those not asked for cost a stage
        """
        profiles = self._profiles.resolve()
        relations = self._relations.resolve() if self._relations is not None else {}
        others = [user_id for user_id in also if user_id not in self._ids]
        if others:
            others = list(dict.fromkeys(others))
            batch = cache.batch()
            more = WantedPeople(batch, others, self._reader_id)
            batch.run()
            found = more.resolve()
            profiles = profiles | dict(found.profiles)
            relations = relations | dict(found.relations)
        return People(profiles, relations)


def visible_articles(
    article_ids: Sequence[int],
    *,
    reader_id: int | None,
    discovering: bool = False,
    without_disliked: bool = False,
) -> list[VisibleArticle]:
    """The visible ones of ``article_ids``, in their order. One CACHE stage, two at first sight."""
    batch = cache.batch()
    wanted = WantedArticles(batch, article_ids, reader_id)
    batch.run()
    return wanted.resolve(discovering=discovering, without_disliked=without_disliked)


class WantedArticles:
    """Articles whose visibility is asked for within a stage that others share.

    :param authors: article → author, as far as the caller knows; others cost a second stage,
        unless this process has seen the article before
    """

    def __init__(
        self,
        batch: Batch,
        article_ids: Sequence[int],
        reader_id: int | None,
        authors: Pairs | None = None,
    ) -> None:
        self._ids = list(dict.fromkeys(article_ids))
        self._infos = news.article_info.want(batch, self._ids)
        known = article_authors.of(self._ids)
        if authors:
            known.update(authors)
        self._people = WantedPeople(batch, known.values(), reader_id)
        self._attitudes: Wanted[dict[int, int]] | None = None
        if reader_id is not None:
            self._attitudes = news.attitudes.want(batch, reader_id, self._ids)

    def resolve(
        self, *, discovering: bool = False, without_disliked: bool = False
    ) -> list[VisibleArticle]:
        """The visible ones, in order.

        :param discovering: leave out authors whom the reader has blocked
        """
        infos = self._infos.resolve()
        attitudes = self._attitudes.resolve() if self._attitudes is not None else {}
        article_authors.learn({id_: info.author_id for id_, info in infos.items()})
        people = self._people.resolve(also=[info.author_id for info in infos.values()])
        profiles, relations = people
        seen = []
        for article_id in self._ids:
            info = infos.get(article_id)
            if info is None:
                continue
            author = profiles.get(info.author_id)
            if author is None:
                continue
            attitude = attitudes.get(article_id)
            relation = relations.get(info.author_id)
            blocks = relation == _BLACKLIST
            if discovering and blocks:
                continue
            if without_disliked and attitude == _DISLIKE:
                continue
            seen.append(
                VisibleArticle(article_id, info, author, attitude, relation == _FOLLOW, blocks)
            )
        return seen
