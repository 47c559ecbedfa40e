"""What is new, for the page that greets people in a browser (contract/user-app.md §13.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from common.cache import channel, counters, news
from common.cache.channel import ONLY
from common.cache.engine.stages import stage
from common.schemas.news import Headline
from common.services.recommending import candidates
from common.services.visibility import Place, VisibleArticle, WantedArticles
from common.utils import clock, media
from common.utils.text.html import text_of

SUMMARY_CHARACTERS: Final = 100
_SPARES: Final = 2  # articles looked at for one that is shown: some may have vanished


def newest(count: int) -> list[Headline]:
    """Up to ``count`` articles that everybody may see, newest first.

    The first is the newest one with a picture, and the only one with a summary. Two stages.

    :raises DependencyUnavailable: SQL is down, and nothing is held of what is new
    """
    found = candidates.timeline(
        candidates.ALL_CHANNELS, below_ms=clock.now_ms() + 1, count=count * _SPARES
    )
    ids = [each.article_id for each in found]
    authors = {each.article_id: each.author_id for each in found}
    with stage() as ask:
        wanted = WantedArticles(ask, ids, None, authors)
        channels = channel.all_channels.want(ask, (ONLY,))
        comments = counters.article_comments.want(ask, ids)
        likes = counters.article_likes.want(ask, ids)
    visible = _picture_first(wanted.resolve(Place.FEED)[:count])
    names = {each.channel_id: each.name for each in channels().get(ONLY) or ()}
    summaries = _summaries(visible[:1])
    return [
        _headline(
            each,
            names.get(each.info.channel_id, ""),
            summaries.get(each.article_id, ""),
            comments=comments()[each.article_id],
            likes=likes()[each.article_id],
        )
        for each in visible
    ]


def _picture_first(articles: Sequence[VisibleArticle]) -> list[VisibleArticle]:
    first = next((each for each in articles if each.info.cover.images), None)
    others = [each for each in articles if each is not first]
    return others if first is None else [first, *others]


def _summaries(articles: Sequence[VisibleArticle]) -> Mapping[int, str]:
    bodies = news.article_body.get_many([each.article_id for each in articles])
    return {id_: _beginning(text_of(body.content)) for id_, body in bodies.items()}


def _beginning(text: str) -> str:
    """The first paragraph, and the second if there is room for it."""
    whole = ""
    for line in text.splitlines()[:2]:
        if whole and len(whole) + len(line) > SUMMARY_CHARACTERS:
            break
        whole += line
    return whole if len(whole) <= SUMMARY_CHARACTERS else whole[: SUMMARY_CHARACTERS - 1] + "…"


def _headline(
    article: VisibleArticle, channel_name: str, summary: str, *, comments: int, likes: int
) -> Headline:
    info, author = article.info, article.author
    return Headline(
        article_id=article.article_id,
        title=info.title,
        summary=summary,
        author_name=author.name,
        author_photo=media.avatar_key(author.photo, info.author_id),
        channel_name=channel_name,
        published_ms=info.feed_ms,
        picture=next(iter(info.cover.images), ""),
        comments=comments,
        likes=likes,
    )
