"""Putting the wire's list items together from what was read: articles and their figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from common.cache import counters
from common.cache.engine.counters import Figures
from common.cache.engine.stages import Stage, Wanted, stage
from common.schemas.cards import article_card
from common.schemas.news import ArticleCard
from common.services.visibility import Place, VisibleArticle, WantedArticles
from common.utils import media
from common.utils.constants import AttitudeKind

# In the order of :class:`ListFigures`.
LISTED = (counters.article_comments, counters.article_likes, counters.article_collections)


class ListFigures(NamedTuple):
    """What list items count, by article."""

    comments: Figures
    likes: Figures
    collections: Figures


def want_figures(ask: Stage, article_ids: Collection[int]) -> Wanted[ListFigures]:
    """Ask for the figures of list items within a stage that others share."""
    columns = [counter.want(ask, article_ids) for counter in LISTED]
    return Wanted(lambda: ListFigures(*(column.resolve() for column in columns)))


def visible_cards(
    article_ids: Sequence[int],
    *,
    reader_id: int | None,
    with_liking: bool = False,
) -> list[ArticleCard]:
    """List items of those of ``article_ids`` that a list shows this reader, in order.

    One Redis stage, both deployments side by side; two when articles are seen for the first time.
    """
    with stage() as ask:
        wanted = WantedArticles(ask, article_ids, reader_id)
        figures = want_figures(ask, article_ids)
    visible = wanted.resolve(Place.LIST)
    return article_cards(visible, figures.resolve(), with_liking=with_liking)


def article_cards(
    visible: Sequence[VisibleArticle], figures: ListFigures, *, with_liking: bool = False
) -> list[ArticleCard]:
    """List items of articles, in order; marked as pinned if they are, in their own channel.

    :param with_liking: add ``is_liking``, the reader's own like
    """
    prefix = media.prefix()
    cards: list[ArticleCard] = []
    for article in visible:
        article_id = article.article_id
        info = article.info
        card = article_card(article_id, info, article.author, prefix, is_top=info.is_top)
        card["comm_count"] = figures.comments[article_id]
        card["like_count"] = figures.likes[article_id]
        card["collect_count"] = figures.collections[article_id]
        if with_liking:
            card["is_liking"] = article.attitude == AttitudeKind.LIKE
        cards.append(card)
    return cards
