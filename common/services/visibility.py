"""Which articles, users and comments a reader may see: the one rule all lists and pages use.

An article is visible while it is approved and its author enabled. Lists that discover articles
(feed, related, search) also leave out authors the reader has blocked, and the feed what the reader
dislikes; what the reader opens, collected or read stays (contract/user-app.md §5.4, §8.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from operator import attrgetter, eq
from typing import NamedTuple

from common.cache import news, user
from common.cache.authors import article_authors
from common.cache.engine.stages import Stage, Wanted, stage
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
        self._relations: Wanted[dict[int, int]] | None = None
        if reader_id is not None:
            self._relations = user.relations.want(ask, reader_id, self._ids)

    def resolve(self, *, also: Iterable[int] = ()) -> People:
        """Profiles and relations.

        :param also: who turned out to be needed too; those not asked for cost a stage
        """
        profiles = self._profiles.resolve()
        relations = self._relations.resolve() if self._relations is not None else {}
        others = set(also).difference(self._ids)
        if others:
            with stage() as ask:
                more = WantedPeople(ask, others, self._reader_id)
            found = more.resolve()
            profiles = profiles | dict(found.profiles)
            relations = relations | dict(found.relations)
        return People(profiles, relations)


def visible_articles(
    article_ids: Sequence[int],
    *,
    reader_id: int | None,
    discovering: bool = False,
) -> list[VisibleArticle]:
    """The visible ones of ``article_ids``, in their order. One CACHE stage, two at first sight."""
    with stage() as ask:
        wanted = WantedArticles(ask, article_ids, reader_id)
    return wanted.resolve(discovering=discovering)


def unwanted_by(reader_id: int) -> tuple[list[int], list[int]] | None:
    """Articles that a reader dislikes, and authors that he has blocked; None if these are many, or
    if that cannot be told without asking."""
    relations = user.relations.peek(reader_id)
    attitudes = news.attitudes.peek(reader_id)
    if relations is None or attitudes is None:
        return None
    return _with(_DISLIKE, attitudes), _with(_BLACKLIST, relations)


def _with(value: int, members: Pairs) -> list[int]:
    if value not in members.values():  # nearly always, and found out without a loop in Python
        return []
    return [member for member, its_value in members.items() if its_value == value]


def is_wanted(article: VisibleArticle) -> bool:
    """Whether a reader may be shown an article that he did not ask for: the feed's rule."""
    return not article.blocks_author and article.attitude != _DISLIKE


def follows_if_all_are_wanted(
    article_ids: Sequence[int],
    author_ids: Sequence[int],
    *,
    reader_id: int | None,
) -> list[bool] | None:
    """Of articles that visitors can see: which authors a reader follows, if :func:`is_wanted` of
    all of them.

    :returns: None if some are not for him, or if that cannot be told without asking
    """
    if reader_id is None:
        return [False] * len(article_ids)
    relations = user.relations.peek(reader_id)
    attitudes = news.attitudes.peek(reader_id)
    if relations is None or attitudes is None:
        return None
    relation = list(map(relations.get, author_ids))
    if _BLACKLIST in relation or _DISLIKE in map(attitudes.get, article_ids):
        return None
    return list(map(eq, relation, repeat(_FOLLOW)))


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
        self._attitudes: Wanted[dict[int, int]] | None = None
        if reader_id is not None:
            self._attitudes = news.attitudes.want(ask, reader_id, self._ids)

    def resolve(self, *, discovering: bool = False) -> list[VisibleArticle]:
        """The visible ones, in order.

        :param discovering: leave out authors whom the reader has blocked
        """
        infos = self._infos.resolve()
        attitudes = self._attitudes.resolve() if self._attitudes is not None else {}
        authors = dict(zip(infos, map(_author_of, infos.values()), strict=True))
        if not authors.items() <= self._authors.items():
            article_authors.learn(authors)
        profiles, relations = self._people.resolve(also=authors.values())
        ids = [id_ for id_ in self._ids if id_ in infos and authors[id_] in profiles]
        # Column by column, so that no line of Python runs per article.
        written_by = [authors[id_] for id_ in ids]
        relation = list(map(relations.get, written_by))
        attitude = list(map(attitudes.get, ids))
        columns = (
            ids,
            map(infos.__getitem__, ids),
            map(profiles.__getitem__, written_by),
            attitude,
            map(eq, relation, repeat(_FOLLOW)),
            map(eq, relation, repeat(_BLACKLIST)),
        )
        seen: list[VisibleArticle] = list(map(_as_visible, zip(*columns, strict=True)))
        if discovering and _BLACKLIST in relation:
            seen = [article for article in seen if not article.blocks_author]
        return seen
