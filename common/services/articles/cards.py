"""Putting the wire's list items together from what was read: articles and their figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from common.cache import collections, counters
from common.cache.engine.counters import Counter, Figures
from common.cache.engine.stages import Stage, Wanted, stage
from common.schemas.news import ArticleCard, ArticleList
from common.services.visibility import Place, VisibleArticle, WantedArticles
from common.utils import media
from common.utils.constants import AttitudeKind

# What list items count, by member of the wire, in its order.
LISTED: dict[str, Counter] = {
    "comm_count": counters.article_comments,
    "like_count": counters.article_likes,
    "collect_count": collections.article_collections,
}
ListFigures = dict[str, Figures]  # by member of the wire, then by article


def want_figures(ask: Stage, article_ids: Collection[int]) -> Wanted[ListFigures]:
    """Ask for the figures of list items within a stage that others share."""
    columns = {name: counter.want(ask, article_ids) for name, counter in LISTED.items()}
    return Wanted(lambda: {name: column.resolve() for name, column in columns.items()})


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
        own = {name: column[article.article_id] for name, column in figures.items()}
        card = article_card(article, prefix, is_top=article.info.is_top, figures=own)
        if with_liking:
            card["is_liking"] = article.attitude == AttitudeKind.LIKE
        cards.append(card)
    return cards


def article_card(
    article: VisibleArticle, prefix: str, *, is_top: int, figures: Mapping[str, Any]
) -> ArticleCard:
    """The list item of an article.

    :param prefix: of the addresses of pictures, :func:`media.prefix`
    :param figures: all of :data:`LISTED`, or what will be replaced by them
    """
    info = article.info
    cover = info.cover
    return {
        "art_id": article.article_id,
        "title": info.title,
        "aut_id": info.author_id,
        "aut_name": article.author.name,
        "pubdate": info.published_at,
        "ch_id": info.channel_id,
        "is_top": is_top,
        "comm_count": figures["comm_count"],
        "like_count": figures["like_count"],
        "collect_count": figures["collect_count"],
        "cover": {
            "type": cover.kind,
            "images": [i if i.startswith("http") else prefix + i for i in cover.images],
        },
    }


def card_list(cards: list[ArticleCard], total: int, page: int, per_page: int) -> ArticleList:
    """A page of a list of ``total`` articles."""
    return {"total_count": total, "page": page, "per_page": per_page, "results": cards}
