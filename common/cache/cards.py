"""Items of lists of articles: what they count, and what the wire has of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.cache import collections, counters
from common.cache.engine.counters import Counter
from common.schemas.news import ArticleCard, ArticleInfo
from common.schemas.users import Profile

# What list items count, by member of the wire, in its order.
LISTED: dict[str, Counter] = {
    "comm_count": counters.article_comments,
    "like_count": counters.article_likes,
    "collect_count": collections.article_collections,
}


def article_card(
    article_id: int,
    info: ArticleInfo,
    author: Profile,
    prefix: str,
    *,
    is_top: int,
    figures: Mapping[str, Any],
) -> ArticleCard:
    """The list item of an article.

    :param prefix: of the addresses of pictures, ``media.prefix()``
    :param figures: all of :data:`LISTED`, or what will be replaced by them
    """
    cover = info.cover
    return {
        "art_id": article_id,
        "title": info.title,
        "aut_id": info.author_id,
        "aut_name": author.name,
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
