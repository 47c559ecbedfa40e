"""Putting the wire's list items together from what was read: articles and their figures."""

from __future__ import annotations

from collections.abc import Sequence

from common.cache import counters
from common.extensions.redis import Command, store
from common.schemas.news import ArticleCard
from common.services.visibility import VisibleArticle
from common.utils import media
from common.utils.constants import AttitudeKind


def article_cards(
    visible: Sequence[VisibleArticle],
    *,
    with_liking: bool = False,
    top: frozenset[int] = frozenset(),
    notes: Sequence[Command] = (),
) -> list[ArticleCard]:
    """List items of articles, in order. One STORE stage.

    :param with_liking: add ``is_liking``, the reader's own like
    :param top: articles to be marked as pinned
    :param notes: commands that join the stage; their failure is of no consequence to the reader
    """
    article_ids = [article.article_id for article in visible]
    batch = store.batch()
    comments = counters.article_comments.want(batch, article_ids)
    likes = counters.article_likes.want(batch, article_ids)
    collections = counters.article_collections.want(batch, article_ids)
    for command in notes:
        batch.add(*command)
    batch.run(read_only=not notes)
    comm_counts, like_counts = comments.resolve(), likes.resolve()
    collect_counts = collections.resolve()
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
            "is_top": 1 if article_id in top else 0,
            "comm_count": comm_counts[article_id],
            "like_count": like_counts[article_id],
            "collect_count": collect_counts[article_id],
            "cover": {
                "type": cover.kind,
                "images": [i if i.startswith("http") else prefix + i for i in cover.images],
            },
        }
        if with_liking:
            card["is_liking"] = article.attitude == AttitudeKind.LIKE
        cards.append(card)
    return cards
