"""The demo's articles: which are missing, when they appeared, and the rows they consist of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from common.models import (
    Administrator,
    Article,
    ArticleContent,
    ArticleReview,
    ArticleRevision,
    ChannelTop,
)
from common.services.articles.measures import measure
from common.services.ids import identifiers
from common.utils import clock
from common.utils.constants import ArticleStatus
from common.utils.media import LOCAL_PATH
from scripts.demo import markup
from scripts.demo.chance import dice
from scripts.demo.content import ArticleText, Content
from scripts.demo.conversations import Talk
from scripts.demo.drawing import Drawing
from scripts.demo.remark import Remark

Row = dict[str, Any]

FIRST_VERSION: Final = 1
RECOMMENDATION_CHANNEL: Final = 0
PINNED_IN_RECOMMENDATION: Final = 2
_PIN_SCORE: Final = 100
_REVIEW_DELAY: Final = timedelta(minutes=7)


@dataclass(frozen=True)
class Plan:
    """An article that is to be added. ``recommended_pin`` is its pin score in 推荐, or 0."""

    text: ArticleText
    slug: str
    channel_id: int
    article_id: int
    author_id: int
    published_at: datetime
    recommended_pin: int
    remarks: tuple[Remark, ...]

    @cached_property
    def covers(self) -> list[Drawing]:
        """The pictures of its cover: those of its body, and others where these are too few."""
        more = [Drawing(f"{self.text.title} cover {n}", self.slug) for n in range(self.text.cover)]
        return [*self.illustrations, *more][: self.text.cover]

    @cached_property
    def illustrations(self) -> list[Drawing]:
        """The pictures in its body."""
        return [
            Drawing(f"{self.text.title} picture {n}", self.slug, asked.motif)
            for n, asked in enumerate(markup.illustrations(self.text.body))
        ]

    @property
    def drawings(self) -> list[Drawing]:
        """All its pictures."""
        return [*self.illustrations, *self.covers]


def plan(
    session: Session,
    content: Content,
    *,
    channel_ids: Mapping[str, int],
    user_ids: Mapping[str, int],
) -> list[Plan]:
    """The articles that are missing, the oldest first, so that ids grow with time.

    An article is known by its author and the title of its first version: later edits are the
    author's own. One whose channel was removed is not missed.
    """
    present = _present(session, [user_ids[person.name] for person in content.authors])
    now = clock.now()
    missing = [
        (_published_at(article, now), channel, article)
        for channel, article in content.articles
        if channel.name in channel_ids and (user_ids[article.author], article.title) not in present
    ]
    missing.sort(key=lambda entry: entry[0])
    recommended = _newest_pinned(content)
    talk = Talk(content.asides, [person.name for person in content.readers])
    ids = identifiers.new_ids(len(missing)) if missing else []
    return [
        Plan(
            text=article,
            slug=channel.slug,
            channel_id=channel_ids[channel.name],
            article_id=article_id,
            author_id=user_ids[article.author],
            published_at=published_at,
            recommended_pin=recommended.get(article.title, 0),
            remarks=talk.below(article, channel.slug),
        )
        for article_id, (published_at, channel, article) in zip(ids, missing, strict=True)
    ]


def _present(session: Session, author_ids: Sequence[int]) -> set[tuple[int, str]]:
    rows = session.execute(
        select(Article.user_id, ArticleRevision.title)
        .join(ArticleRevision, ArticleRevision.article_id == Article.article_id)
        .where(Article.user_id.in_(author_ids), ArticleRevision.version == FIRST_VERSION)
    )
    return {(row.user_id, row.title) for row in rows}


def _published_at(article: ArticleText, now: datetime) -> datetime:
    """The texts give days with two digits: some minutes more look like life and keep order."""
    return now - article.age + timedelta(seconds=dice("minute of", article.title).randint(0, 863))


def _newest_pinned(content: Content) -> dict[str, int]:
    pinned = [article for _, article in content.articles if article.is_pinned]
    newest = sorted(pinned, key=lambda article: article.age)[:PINNED_IN_RECOMMENDATION]
    return {article.title: _PIN_SCORE - place for place, article in enumerate(newest)}


def reviewer(session: Session) -> int | None:
    """The administrator who let the articles through."""
    return session.scalar(
        select(Administrator.administrator_id).order_by(Administrator.administrator_id).limit(1)
    )


def add(
    session: Session,
    plans: Sequence[Plan],
    *,
    feed_ms: Sequence[int],
    keys: Mapping[Drawing, str],
    reviewer_id: int | None,
) -> None:
    """Write the rows of these articles.

    :param feed_ms: their publication times, made unique
    :param keys: where their pictures are stored
    """
    bodies = [_body(one, keys) for one in plans]
    covers = [_cover(one, keys) for one in plans]
    together = list(zip(plans, feed_ms, covers, bodies, strict=True))
    session.execute(
        insert(Article), [_article(one, ms, cover, reviewer_id) for one, ms, cover, _ in together]
    )
    session.execute(
        insert(ArticleContent),
        [
            {"article_id": one.article_id, "content": body, **measure(body)._asdict()}
            for one, _, _, body in together
        ],
    )
    session.execute(
        insert(ArticleRevision), [_revision(one, cover, body) for one, _, cover, body in together]
    )
    session.execute(insert(ArticleReview), [_review(one, reviewer_id) for one in plans])
    pins = [pin for one in plans for pin in _pins(one)]
    if pins:
        session.execute(insert(ChannelTop), pins)


def _body(one: Plan, keys: Mapping[Drawing, str]) -> str:
    sources = [LOCAL_PATH + keys[drawing] for drawing in one.illustrations]
    return markup.render(one.text.body, pictures=sources)


def _cover(one: Plan, keys: Mapping[Drawing, str]) -> Row:
    return {"type": int(one.text.cover), "images": [keys[drawing] for drawing in one.covers]}


def _article(one: Plan, feed_ms: int, cover: Row, reviewer_id: int | None) -> Row:
    return {
        "article_id": one.article_id,
        "user_id": one.author_id,
        "channel_id": one.channel_id,
        "title": one.text.title,
        "cover": cover,
        "status": ArticleStatus.APPROVED,
        "create_time": one.published_at,
        "update_time": one.published_at,
        "review_time": one.published_at,
        "reviewer_id": reviewer_id,
        "version": FIRST_VERSION,
        "feed_ms": feed_ms,
    }


def _revision(one: Plan, cover: Row, body: str) -> Row:
    return {
        "article_id": one.article_id,
        "version": FIRST_VERSION,
        "title": one.text.title,
        "content": body,
        "cover": cover,
        "channel_id": one.channel_id,
        "created_at": one.published_at - _REVIEW_DELAY,
    }


def _review(one: Plan, reviewer_id: int | None) -> Row:
    return {
        "article_id": one.article_id,
        "status": ArticleStatus.APPROVED,
        "former": ArticleStatus.PENDING,
        "reviewer_id": reviewer_id,
        "created_at": one.published_at,
    }


def _pins(one: Plan) -> list[Row]:
    scores = {
        one.channel_id: _PIN_SCORE if one.text.is_pinned else 0,
        RECOMMENDATION_CHANNEL: one.recommended_pin,
    }
    return [
        {"channel_id": channel_id, "article_id": one.article_id, "sequence": score}
        for channel_id, score in scores.items()
        if score
    ]
