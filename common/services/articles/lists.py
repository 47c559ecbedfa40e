"""Lists of articles around a user: published, read (contract/user-app.md §7.3, §10.4)."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import shelves, user
from common.cache.engine.stages import stage
from common.cache.guesses import article_authors
from common.errors import InvalidInput
from common.schemas.news import ArticleCard, ArticleList
from common.services.articles.cards import article_cards, card_list, visible_cards, want_figures
from common.services.paging import first_index, shown
from common.services.reading import views
from common.services.reading.delivery import HISTORY_LENGTH
from common.services.visibility import Place, WantedArticles


def list_published(
    author_id: int, *, page: int, per_page: int, reader_id: int | None
) -> ArticleList:
    """What an author published, newest first. Two Redis stages.

    :raises InvalidInput: no enabled user has this id
    """
    first = first_index(page, per_page)
    with stage() as ask:
        wanted = shelves.published.want(ask, author_id, first=first, limit=per_page)
        authors = user.profile.want(ask, (author_id,))
    if author_id not in authors():
        raise InvalidInput("Invalid request.")

    def show(article_ids: Sequence[int]) -> list[ArticleCard]:
        article_authors.learn(dict.fromkeys(article_ids, author_id))
        return visible_cards(article_ids, reader_id=reader_id, with_liking=True)

    total, cards = shown(
        shelves.published, author_id, wanted(), first=first, limit=per_page, show=show
    )
    return card_list(cards, total, page, per_page)


def list_histories(user_id: int, *, page: int, per_page: int) -> ArticleList:
    """What a reader opened and can still read, read latest first. Two Redis stages.

    Histories are short: all of it is looked at, so that what vanished shortens no page.
    """
    article_ids = views.history(user_id, 0, HISTORY_LENGTH)
    with stage() as ask:
        wanted = WantedArticles(ask, article_ids, user_id)
        figures = want_figures(ask, article_ids)
    visible = wanted.resolve(Place.LIST)
    first = first_index(page, per_page)
    cards = article_cards(visible[first : first + per_page], figures(), with_liking=True)
    return card_list(cards, len(visible), page, per_page)
