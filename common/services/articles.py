"""An article's page (contract/user-app.md §8.1)."""

from __future__ import annotations

from dataclasses import dataclass

from common.cache import counters, news
from common.errors import NotFound
from common.extensions.redis import Batch, cache, store
from common.schemas.news import ArticleBody, ArticlePage, RelatedArticle
from common.schemas.users import Profile
from common.services import behaviour, reading, recommending
from common.services.recommending import Suggestion
from common.services.visibility import WantedArticles, WantedPeople, visible_articles
from common.utils import media
from common.utils.constants import ReadSource, RelationKind

RELATED = 10
NO_ATTITUDE = -1


@dataclass(frozen=True, slots=True)
class _Mine:
    """How the reader stands to an article and its author."""

    follows: bool = False
    attitude: int = NO_ATTITUDE
    collected: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opens an article: a user, else a device (``subject``), else an address."""

    user_id: int | None
    subject: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An article's page, and what is needed to note that it was read."""

    page: ArticlePage
    author_id: int
    channel_id: int


def open_article(article_id: int, *, reader_id: int | None) -> Opened:
    """The page of a visible article. Two Redis stages, no SQL when warm.

    :raises NotFound: missing, not approved, or its author disabled
    """
    reads, questions = cache.batch(), store.batch()
    bodies = news.article_body.want(reads, (article_id,))
    figures = _WantedFigures(questions, article_id)
    questions.run(beside=reads)
    body = bodies.resolve().get(article_id)
    if body is None:
        raise NotFound("The article does not exist.")
    related = recommending.current().related(
        article_id=article_id, channel_id=body.channel_id, count=RELATED
    )
    author, mine, titles = _around(body, related, reader_id)
    if author is None:
        raise NotFound("The article does not exist.")
    page = _page(body, author, mine, figures, titles)
    return Opened(page, body.author_id, body.channel_id)


def note_opening(opened: Opened, visitor: Visitor, *, trace: str | None) -> None:
    """Count the reading and remember it; ``trace`` is the click token the client echoed.

    Returns at once: everything happens behind the request and can never fail it.
    """
    article_id = opened.page["art_id"]
    clicked = behaviour.accept(
        trace,
        action="click",
        subject=visitor.subject,
        ip=visitor.address,
        article_id=article_id,
        channel_id=opened.channel_id,
        author_id=opened.author_id,
    )
    reading.viewed(
        article_id,
        opened.author_id,
        opened.channel_id,
        user_id=visitor.user_id,
        visitor=visitor.subject,
        ip=visitor.address,
        source=ReadSource.RECOMMENDATION if clicked else ReadSource.OTHER,
    )


def _around(
    body: ArticleBody, related: list[Suggestion], reader_id: int | None
) -> tuple[Profile | None, _Mine, list[RelatedArticle]]:
    """Author, the reader's marks, and the titles of similar articles. One CACHE stage."""
    batch = cache.batch()
    people = WantedPeople(batch, (body.author_id,), reader_id)
    similar = WantedArticles(
        batch,
        [each.article_id for each in related],
        reader_id,
        {each.article_id: each.author_id for each in related},
    )
    marks = _WantedMarks(batch, body.article_id, reader_id)
    batch.run()
    found = people.resolve()
    mine = marks.resolve(follows=found.relations.get(body.author_id) == RelationKind.FOLLOW)
    titles: list[RelatedArticle] = [
        {"art_id": each.article_id, "title": each.info.title, "tracking": ""}
        for each in similar.resolve(discovering=True)
    ]
    return found.profiles.get(body.author_id), mine, titles


class _WantedMarks:
    """What a reader has done to an article, asked for within a stage that others share."""

    def __init__(self, batch: Batch, article_id: int, reader_id: int | None) -> None:
        self._article_id = article_id
        owner, ids = reader_id or 0, () if reader_id is None else (article_id,)
        self._attitudes = news.attitudes.want(batch, owner, ids)
        self._collected = news.collected.want(batch, owner, ids)

    def resolve(self, *, follows: bool) -> _Mine:
        attitude = self._attitudes.resolve().get(self._article_id, NO_ATTITUDE)
        return _Mine(follows, attitude, self._article_id in self._collected.resolve())


class _WantedFigures:
    """What an article's page counts, asked for within a STORE stage that others share."""

    def __init__(self, batch: Batch, article_id: int) -> None:
        self.comments = counters.article_comments.want(batch, (article_id,))
        self.likes = counters.article_likes.want(batch, (article_id,))
        self.reads = counters.article_reads.want(batch, (article_id,))


def _page(
    body: ArticleBody,
    author: Profile,
    mine: _Mine,
    figures: _WantedFigures,
    similar: list[RelatedArticle],
) -> ArticlePage:
    article_id = body.article_id
    return {
        "art_id": article_id,
        "title": body.title,
        "pubdate": body.published_at,
        "content": with_absolute_images(body.content),
        "aut_id": body.author_id,
        "aut_name": author.name,
        "aut_photo": media.avatar(author.photo),
        "ch_id": body.channel_id,
        "is_followed": mine.follows,
        "attitude": mine.attitude,
        "is_collected": mine.collected,
        "comm_count": figures.comments.resolve()[article_id],
        "like_count": figures.likes.resolve()[article_id],
        "read_count": figures.reads.resolve()[article_id],
        "recomments": similar,
    }


def with_absolute_images(content: str) -> str:
    """The body with its stored pictures addressed absolutely, as clients insert it unchanged."""
    return content.replace(f'src="{media.LOCAL_PATH}', f'src="{media.prefix()}')


def is_visible(article_id: int) -> bool:
    """Whether readers can open an article."""
    return bool(visible_articles((article_id,), reader_id=None))
