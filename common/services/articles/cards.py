"""Putting the wire's list items together from what was read: articles and their figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from common.cache.cards import LISTED, article_card
from common.cache.engine.counters import Figures
from common.cache.engine.stages import Answer, Stage, stage
from common.schemas.news import ArticleCard, ArticleList
from common.services.visibility import Place, VisibleArticle, WantedArticles
from common.utils import media
from common.utils.constants import AttitudeKind

ListFigures = dict[str, Figures]  # by member of the wire, then by article


def want_figures(ask: Stage, article_ids: Collection[int]) -> Answer[ListFigures]:
    """Ask for the figures of list items within a stage that others share."""
    columns = {name: counter.want(ask, article_ids) for name, counter in LISTED.items()}
    return lambda: {name: column() for name, column in columns.items()}


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
    return article_cards(visible, figures(), with_liking=with_liking)


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
        info = article.info
        card = article_card(
            article.article_id, info, article.author, prefix, is_top=info.is_top, figures=own
        )
        if with_liking:
            card["is_liking"] = article.attitude == AttitudeKind.LIKE
        cards.append(card)
    return cards


def card_list(cards: list[ArticleCard], total: int, page: int, per_page: int) -> ArticleList:
    """A page of a list of ``total`` articles."""
    return {"total_count": total, "page": page, "per_page": per_page, "results": cards}
