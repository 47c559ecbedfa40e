"""Articles the bot can tell of: those of a channel, or what a search finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from common.cache import news
from common.errors import InvalidInput
from common.schemas.chats import Wish
from common.services.channels import catalogue
from common.services.recommending import candidates
from common.services.search.searching import Seeker, find_articles
from common.services.search.searching import Wish as Search
from common.services.visibility import Place, visible_articles
from common.utils import clock
from common.utils.parameters.phrases import Phrase
from common.utils.text import dictionaries
from common.utils.text.html import text_of

LISTED: Final = 5
LOOKED_AT: Final = 60  # of a channel, or hits of a search, for some that he has not seen
SUMMARY_CHARACTERS: Final = 120
WORDS: Final = 3  # of a topic, tried one by one when the whole finds nothing
SHORTEST_WORD: Final = 2
AFTERWARDS: Final = "回复序号看摘要，说“换一批”看更多。"
SUMMARY: Final = "《{title}》\n{author} · {day}\n{beginning}\n阅读全文：/articles/{id}"


class Told(NamedTuple):
    """An article in a list of the bot's."""

    article_id: int
    title: str
    author_name: str


class Found(NamedTuple):
    """Articles for a wish, and what to say before them."""

    wish: Wish
    heading: str
    articles: Sequence[Told]

    @property
    def ids(self) -> list[int]:
        """Theirs, in order."""
        return [each.article_id for each in self.articles]


def find(wish: Wish, reader_id: int | None, *, without: Collection[int] = ()) -> Found:
    """Up to five visible articles: of the channel that the topic names, else what is found.

    :param without: articles that he has seen
    :raises DependencyUnavailable: neither search nor SQL answers
    """
    channel = _channel_named(wish.topic)
    if channel is None:
        return Found(wish, f"关于“{wish.topic}”：", _searched(wish, reader_id, without))
    channel_id, name = channel
    heading = f"{'最新的' if wish.newest else '热门的'}{name}文章："
    return Found(wish, heading, _of_channel(channel_id, wish, reader_id, without))


def listed(found: Found) -> str:
    """As the bot says it."""
    lines = [
        f"{number}. {each.title}（{each.author_name}）"
        for number, each in enumerate(found.articles, start=1)
    ]
    return "\n".join([found.heading, *lines, AFTERWARDS])


def summary(article_id: int, reader_id: int | None) -> str | None:
    """How an article begins and where it is; None if this reader cannot open it (any more)."""
    visible = visible_articles((article_id,), reader_id=reader_id, place=Place.LINK)
    body = news.article_body.get(article_id) if visible else None
    if body is None:
        return None
    return SUMMARY.format(
        title=body.title,
        author=visible[0].author.name,
        day=clock.from_ms(visible[0].info.feed_ms).strftime("%Y-%m-%d"),
        beginning=_beginning(text_of(body.content)),
        id=article_id,
    )


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY_CHARACTERS else f"{line[: SUMMARY_CHARACTERS - 1]}…"


def _channel_named(topic: str) -> tuple[int, str] | None:
    """Id and name of the channel that a topic names, or begins to: 科技 for 科技动态; all together
    for none at all."""
    if not topic:
        return catalogue.RECOMMENDED, ""
    channels = catalogue.list_channels(with_recommended=True)["channels"]
    named = {each["name"].casefold(): each for each in channels}
    is_word = len(topic) >= SHORTEST_WORD
    begun = [name for name in named if is_word and name.startswith(topic)]
    name = topic if topic in named else min(begun, key=len, default="")
    return (named[name]["id"], named[name]["name"]) if name else None


def _of_channel(
    channel_id: int, wish: Wish, reader_id: int | None, without: Collection[int]
) -> list[Told]:
    pool = candidates.pool(channel_id)
    newest = pool.newest.candidates[:LOOKED_AT]
    ordered = newest if wish.newest else chain(pool.hot[:LOOKED_AT], newest)
    ids = [id_ for id_ in dict.fromkeys(each.article_id for each in ordered) if id_ not in without]
    shown = visible_articles(ids[:LOOKED_AT], reader_id=reader_id, place=Place.FEED)
    return [Told(each.article_id, each.info.title, each.author.name) for each in shown[:LISTED]]


def _searched(wish: Wish, reader_id: int | None, without: Collection[int]) -> list[Told]:
    """Hits of the whole topic, or else of its longest words."""
    for text in chain([wish.topic], _words(wish.topic)):
        phrase = Phrase.of(text)
        if phrase and (told := _hits(phrase, wish, reader_id, without)):
            return told
    return []


def _words(topic: str) -> Iterator[str]:
    words = {
        each
        for each in dictionaries.words().cut(topic)
        if SHORTEST_WORD <= len(each.strip()) < len(topic)
    }
    yield from sorted(words, key=len, reverse=True)[:WORDS]


def _hits(
    phrase: Phrase, wish: Wish, reader_id: int | None, without: Collection[int]
) -> list[Told]:
    search = Search(phrase, sort="time" if wish.newest else "relevance")
    seeker = Seeker(reader_id, None, "")
    try:
        found = find_articles(search, seeker, page=1, per_page=LOOKED_AT, remember=False)
    except InvalidInput:  # what people type is no phrase that anybody could search for
        return []
    told = [Told(each["art_id"], each["title"], each["aut_name"]) for each in found["results"]]
    return [each for each in told if each.article_id not in without][:LISTED]
