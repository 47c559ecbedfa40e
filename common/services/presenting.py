"""Putting the wire's list items together from what was read: articles and their figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from common.cache import counters
from common.cache.counters import Figures
from common.extensions.redis import Batch, cache, store
from common.schemas.news import ArticleCard
from common.services.visibility import VisibleArticle, WantedArticles
from common.utils import media
from common.utils.constants import AttitudeKind


class ListFigures(NamedTuple):
    """What list items count, by article."""

    comments: Figures
    likes: Figures
    collections: Figures


class WantedListFigures:
    """Figures of list items, asked for within a STORE stage that others share."""

    def __init__(self, batch: Batch, article_ids: Collection[int]) -> None:
        self._comments = counters.article_comments.want(batch, article_ids)
        self._likes = counters.article_likes.want(batch, article_ids)
        self._collections = counters.article_collections.want(batch, article_ids)

    def resolve(self) -> ListFigures:
        """The figures, after the batch has run."""
        return ListFigures(
            self._comments.resolve(), self._likes.resolve(), self._collections.resolve()
        )


def visible_cards(
    article_ids: Sequence[int],
    *,
    reader_id: int | None,
    discovering: bool = False,
    with_liking: bool = False,
) -> list[ArticleCard]:
    """List items of the visible ones of ``article_ids``, in order.

    One Redis stage, both deployments side by side; two when articles are seen for the first time.
    """
    reads, questions = cache.batch(), store.batch()
    wanted = WantedArticles(reads, article_ids, reader_id)
    figures = WantedListFigures(questions, article_ids)
    questions.run(beside=reads)
    visible = wanted.resolve(discovering=discovering)
    return article_cards(visible, figures.resolve(), with_liking=with_liking)


def article_cards(
    visible: Sequence[VisibleArticle],
    figures: ListFigures,
    *,
    with_liking: bool = False,
    top: Collection[int] | None = None,
) -> list[ArticleCard]:
    """List items of articles, in order.

    :param with_liking: add ``is_liking``, the reader's own like
    :param top: articles to be marked as pinned; None: those that are, in their own channel
    """
    prefix = media.prefix()
    cards: list[ArticleCard] = []
    for article in visible:
        article_id, info = article.article_id, article.info
        cover = info.cover
        card: ArticleCard = {
            "art_id": article_id,
            "title": info.title,
            "aut_id": info.author_id,
            "aut_name": article.author.name,
            "pubdate": info.published_at,
            "ch_id": info.channel_id,
            "is_top": info.is_top if top is None else int(article_id in top),
            "comm_count": figures.comments[article_id],
            "like_count": figures.likes[article_id],
            "collect_count": figures.collections[article_id],
            "cover": {
                "type": cover.kind,
                "images": [i if i.startswith("http") else prefix + i for i in cover.images],
            },
        }
        if with_liking:
            card["is_liking"] = article.attitude == AttitudeKind.LIKE
        cards.append(card)
    return cards
