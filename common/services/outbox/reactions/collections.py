"""What follows when a reader collects an article, and when collected articles come and go."""

from __future__ import annotations

from common.cache.collections import article_collections, collected, shelf, user_collections
from common.schemas.events.accounts import STANDING_CHANGED, StandingChanged
from common.schemas.events.articles import ArticlePublished, ArticleWithdrawn
from common.schemas.events.collections import CollectionChanged
from common.services.outbox.effects import Reactions
from common.services.outbox.projections import caches, counters, lists
from common.services.outbox.projections.caches import values
from common.services.outbox.projections.counters import Change
from common.services.outbox.projections.lists import Concerned


def drop_own_collection(event: CollectionChanged) -> list[str]:
    """What the reader has collected: whether one is in it, and the list."""
    return values(event.user_id, collected, shelf)


def count_collected(event: CollectionChanged) -> list[Change]:
    """How often the article was collected, and how much the reader has."""
    amount = 1 if event.is_collected else -1
    of_article = 0 if event.is_article_forgotten else amount
    return [
        Change(article_collections, event.article_id, of_article),
        Change(user_collections, event.user_id, amount),
    ]


def drop_lists_of_collectors(event: ArticlePublished | ArticleWithdrawn) -> list[Concerned]:
    """It appears in, or vanishes from, the lists of all who collected it."""
    return [Concerned("collectors", event.article_id)]


def drop_lists_of_authors_collectors(event: StandingChanged) -> list[Concerned]:
    """So do all articles of an author."""
    return [Concerned("collectors of author", event.user_id)]


REACTIONS = (
    Reactions(caches.PROJECTION, {CollectionChanged: drop_own_collection}),
    Reactions(counters.PROJECTION, {CollectionChanged: count_collected}),
    Reactions(
        lists.PROJECTION,
        {
            ArticlePublished: drop_lists_of_collectors,
            ArticleWithdrawn: drop_lists_of_collectors,
            **dict.fromkeys(STANDING_CHANGED, drop_lists_of_authors_collectors),
        },
    ),
)
