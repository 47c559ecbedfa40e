"""Which articles, users and comments a reader may see: the one rule all lists and pages use.

An article is visible while it is approved and its author enabled. Lists that discover articles
(feed, related, search) also leave out authors the reader has blocked, and the feed what the reader
dislikes; what the reader opens, collected or read stays (contract/user-app.md §5.4, §8.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.cache import news, user
from common.cache.engine import Wanted
from common.extensions.redis import Batch, cache
from common.schemas.news import ArticleInfo
from common.schemas.users import Profile
from common.utils.constants import AttitudeKind, RelationKind

Pairs = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class VisibleArticle:
    """An article this reader may see. ``attitude`` is the reader's own, None without one."""

    article_id: int
    info: ArticleInfo
    author: Profile
    attitude: int | None = None
    follows_author: bool = False


def visible_articles(
    article_ids: Sequence[int],
    *,
    reader_id: int | None,
    authors: Pairs | None = None,
    discovering: bool = False,
    without_disliked: bool = False,
) -> list[VisibleArticle]:
    """The visible ones of ``article_ids``, in their order.

    One CACHE stage when ``authors`` (article → author) is known, else two.
    """
    if not article_ids:
        return []
    if authors is None:
        infos = news.article_info.get_many(article_ids)
        authors = {article_id: info.author_id for article_id, info in infos.items()}
        article_ids = [article_id for article_id in article_ids if article_id in infos]
    batch = cache.batch()
    wanted = WantedArticles(batch, article_ids, authors, reader_id)
    batch.run()
    return wanted.resolve(discovering=discovering, without_disliked=without_disliked)


class WantedArticles:
    """Articles whose visibility is asked for within a stage that others share.

    :param authors: article → author, at least of the articles that exist
    """

    def __init__(
        self, batch: Batch, article_ids: Sequence[int], authors: Pairs, reader_id: int | None
    ) -> None:
        self._ids = list(dict.fromkeys(article_ids))
        author_ids = dict.fromkeys(authors.values())
        self._infos = news.article_info.want(batch, self._ids)
        self._authors = user.profile.want(batch, author_ids)
        self._attitudes: Wanted[dict[int, int]] | None = None
        self._relations: Wanted[dict[int, int]] | None = None
        if reader_id is not None:
            self._attitudes = news.attitudes.want(batch, reader_id, self._ids)
            self._relations = user.relations.want(batch, reader_id, author_ids)

    def resolve(
        self, *, discovering: bool = False, without_disliked: bool = False
    ) -> list[VisibleArticle]:
        """The visible ones, in order.

        :param discovering: leave out authors whom the reader has blocked
        """
        infos, authors = self._infos.resolve(), self._authors.resolve()
        attitudes = self._attitudes.resolve() if self._attitudes is not None else {}
        relations = self._relations.resolve() if self._relations is not None else {}
        seen = []
        for article_id in self._ids:
            info = infos.get(article_id)
            author = authors.get(info.author_id) if info is not None else None
            if info is None or author is None:
                continue
            attitude = attitudes.get(article_id)
            relation = relations.get(info.author_id)
            if discovering and relation == RelationKind.BLACKLIST:
                continue
            if without_disliked and attitude == AttitudeKind.DISLIKE:
                continue
            follows = relation == RelationKind.FOLLOW
            seen.append(VisibleArticle(article_id, info, author, attitude, follows))
        return seen
