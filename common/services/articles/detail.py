"""An article's page (contract/user-app.md §8.1)."""

from __future__ import annotations

import time
from itertools import compress
from typing import Final, NamedTuple

import orjson
import structlog

from common.cache import collections, counters, news
from common.cache.engine.membership import Membership
from common.cache.engine.stages import Answer, Stage, stage
from common.cache.guesses import article_authors, article_channels
from common.cache.similar import SimilarCard, similar_card
from common.errors import DependencyUnavailable, NotFound
from common.schemas.news import ArticleBody, ArticlePage
from common.schemas.users import Profile
from common.services import recommending
from common.services.articles import similar
from common.services.behaviour import recording
from common.services.reading import views
from common.services.recommending.interface import article_id_of, author_id_of
from common.services.visibility import FOLLOWED, Judged, Place, is_shown, want_judged
from common.utils import media
from common.utils.constants import ReadSource

log = structlog.get_logger(__name__)

RELATED = 10
NO_ATTITUDE = -1
MISSING = "The article does not exist."
SHORT_SECONDS: Final = 0.5  # such an error came at once, so another one will not keep anybody
_BESIDE: Final = Place.SIMILAR.least
# Whether the article is among the reader's own, by member of the wire.
MARKS: dict[str, Membership] = {
    "is_collected": collections.collected,
}
# In the order of :class:`Figures`.
COUNTED = (counters.article_comments, counters.article_likes, counters.article_reads)


class Figures(NamedTuple):
    """What an article's page counts."""

    comments: int
    likes: int
    reads: int


class Visitor(NamedTuple):
    """Who opens an article: a user, else a device (``subject``), else an address.

    :param is_from_outside: whether a link on somebody else's page led here
    """

    user_id: int | None
    subject: str | None
    address: str
    is_from_outside: bool = False


class Opened(NamedTuple):
    """An article's page, and what is needed to note that it was read."""

    page: ArticlePage
    author_id: int
    channel_id: int


def open_article(article_id: int, *, reader_id: int | None, subject: str | None = None) -> Opened:
    """The page of a visible article. One Redis stage and no SQL when warm, two at first sight.

    :param subject: for whom the traces of similar articles are
    :raises NotFound: missing, not approved, or its author disabled
    """
    with stage() as ask:
        bodies = news.article_body.want(ask, (article_id,))
        figures = [counter.column(ask, (article_id,)) for counter in COUNTED]
        guess = article_channels.get(article_id)  # so that all is asked for at once
        around: _WantedAround | None = None
        if guess is not None:
            author_id = article_authors.get(article_id) or 0
            around = _WantedAround(
                ask, reader_id, article_id=article_id, channel_id=guess, author_id=author_id
            )
    body = bodies().get(article_id)
    if body is None:
        raise NotFound(MISSING)
    if around is None or guess != body.channel_id:
        article_channels.learn({article_id: body.channel_id})
        article_authors.learn({article_id: body.author_id})
        with stage() as ask:
            around = _WantedAround(
                ask,
                reader_id,
                article_id=article_id,
                channel_id=body.channel_id,
                author_id=body.author_id,
            )
    comments, likes, reads = [each()[0] for each in figures]
    page = _page(body, around.resolve(subject or ""), Figures(comments, likes, reads))
    return Opened(page, body.author_id, body.channel_id)


def note_opening(opened: Opened, visitor: Visitor, *, trace: str | None) -> None:
    """Count the reading and remember it; ``trace`` is the token the client echoed.

    Returns at once: everything happens behind the request and can never fail it.
    """
    article_id = opened.page["art_id"]
    source = recording.accept(
        trace,
        action="click",
        subject=visitor.subject,
        ip=visitor.address,
        article_id=article_id,
        channel_id=opened.channel_id,
        author_id=opened.author_id,
    )
    views.viewed(
        article_id,
        opened.author_id,
        opened.channel_id,
        user_id=visitor.user_id,
        visitor=visitor.subject,
        ip=visitor.address,
        source=source or (ReadSource.OUTSIDE if visitor.is_from_outside else ReadSource.OTHER),
    )


class _Around(NamedTuple):
    """What this reader sees around an article's body; what is similar to it is ready JSON."""

    author: Profile
    follows_author: bool
    attitude: int | None
    marks: dict[str, bool]
    similar: orjson.Fragment


class _WantedAround:
    """What stands around an article's body, asked for within a stage that others share.

    :param author_id: who probably wrote the article; 0 for no idea
    """

    def __init__(
        self, ask: Stage, reader_id: int | None, *, article_id: int, channel_id: int, author_id: int
    ) -> None:
        related = recommending.current().related(
            article_id=article_id, channel_id=channel_id, count=RELATED
        )
        self._reader_id = reader_id
        self._ids = [article_id, *map(article_id_of, related)]
        self._authors = [author_id, *map(author_id_of, related)]
        self._judged = self._want_judged(ask, 1 + len(related))
        asked = () if reader_id is None else self._ids[:1]
        self._marks = {name: own.want(ask, reader_id or 0, asked) for name, own in MARKS.items()}

    def resolve(self, subject: str) -> _Around:
        """All of it, with traces for this subject.

        :raises NotFound: the article is not visible: its author is disabled
        """
        judged = self._look()
        article, *beside = judged.cards
        if article is None or not is_shown(judged.verdicts[0], Place.LINK):
            raise NotFound(MISSING)
        if not judged.are_all_shown(_BESIDE):
            beside = list(compress(beside, judged.shown(_BESIDE)[1:]))
        return _Around(
            article.author,
            judged.relations[0] == FOLLOWED,
            judged.attitudes[0],
            {name: self._ids[0] in own() for name, own in self._marks.items()},
            similar.render(beside, subject),  # type: ignore[arg-type] # none is None
        )

    def _look(self) -> Judged[SimilarCard]:
        """The article and the similar ones; if these cannot be looked up, the article alone.

        :raises DependencyUnavailable: nor can that; or to find out has taken so long that nobody
            should wait for the same again
        """
        began = time.monotonic()
        try:
            return self._judged()
        except DependencyUnavailable as error:
            if len(self._ids) == 1 or time.monotonic() - began > SHORT_SECONDS:
                raise
            log.warning("similar_articles_unknown", dependency=error.dependency)
            with stage() as ask:
                alone = self._want_judged(ask, 1)
            return alone()

    def _want_judged(self, ask: Stage, count: int) -> Answer[Judged[SimilarCard]]:
        return want_judged(
            ask,
            self._reader_id,
            article_ids=self._ids[:count],
            authors=self._authors[:count],
            cards=similar_card,
        )


def _page(body: ArticleBody, around: _Around, figures: Figures) -> ArticlePage:
    author, attitude = around.author, around.attitude
    return {
        "art_id": body.article_id,
        "title": body.title,
        "pubdate": body.published_at,
        "content": with_absolute_images(body.content),
        "aut_id": body.author_id,
        "aut_name": author.name,
        "aut_photo": media.avatar(author.photo, body.author_id),
        "ch_id": body.channel_id,
        "is_followed": around.follows_author,
        "attitude": NO_ATTITUDE if attitude is None else attitude,
        "is_collected": around.marks["is_collected"],
        "comm_count": figures.comments,
        "like_count": figures.likes,
        "read_count": figures.reads,
        "recomments": around.similar,
    }


def with_absolute_images(content: str) -> str:
    """The body with its stored pictures addressed absolutely, as clients insert it unchanged."""
    return content.replace(f'src="{media.LOCAL_PATH}', f'src="{media.prefix()}')
