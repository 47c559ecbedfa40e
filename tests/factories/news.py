"""Channels, articles, and what readers do to articles."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import factory

from common.models import (
    Article,
    ArticleContent,
    ArticleStatistic,
    Attitude,
    Channel,
    ChannelTop,
    Collection,
    Report,
    UserChannel,
)
from common.services.articles.measures import measure
from common.utils import clock
from common.utils.constants import ArticleStatus, AttitudeKind, CoverKind, ReportKind
from tests.factories.base import Factory, snowflake, write
from tests.factories.user import UserFactory, new_user_id

PUBLISHED_AGO = timedelta(days=30)  # of the first article; each later one is a second younger
_published = itertools.count()


def _next_feed_ms() -> int:
    """Unique and not on whole seconds, as the product makes it; in the past for a long time."""
    number = next(_published)
    return clock.to_ms(clock.now() - PUBLISHED_AGO) + number * 1000 + number % 1000


def _moment(feed_ms: int) -> Any:
    return clock.from_ms(feed_ms).replace(microsecond=0)


class ChannelFactory(Factory):
    """A visible channel; ``is_default=True`` belongs to visitors and new readers."""

    class Meta:
        model = Channel

    channel_name = factory.Sequence(lambda n: f"频道{n}")
    sequence = factory.Sequence(int)
    is_visible = True


def new_channel_id() -> Any:
    """A declaration: the id of a channel made for this row alone."""
    return factory.LazyFunction(lambda: ChannelFactory().channel_id)


class ArticleFactory(Factory):
    """A draft with body and statistic; ``published=True`` is approved and in the feeds.

    Published articles grow younger from call to call. ``content`` is the body's HTML,
    ``statistic={...}`` sets durable counters.
    """

    class Meta:
        model = Article

    class Params:
        published = factory.Trait(
            status=ArticleStatus.APPROVED,
            feed_ms=factory.LazyFunction(_next_feed_ms),
            create_time=factory.LazyAttribute(lambda article: _moment(article.feed_ms)),
            review_time=factory.LazyAttribute(lambda article: _moment(article.feed_ms)),
        )

    article_id = snowflake()
    user_id = factory.LazyFunction(lambda: UserFactory(verified=True).user_id)
    channel_id = new_channel_id()
    title = factory.Sequence(lambda n: f"文章{n}的标题")
    cover = factory.LazyFunction(lambda: {"type": int(CoverKind.NONE), "images": []})
    status = ArticleStatus.DRAFT
    waiting_since = factory.LazyAttribute(
        lambda article: clock.now() if article.status == ArticleStatus.PENDING else None
    )
    content = factory.LazyAttribute(lambda article: f"<p>{article.title}的正文</p>")
    statistic: Any = factory.LazyFunction(dict)

    @classmethod
    def _create(
        cls, model_class: type[Any], *_args: Any, content: str, statistic: Any, **values: Any
    ) -> Any:
        article_id = values["article_id"]
        return write(
            model_class(**values),
            ArticleContent(article_id=article_id, content=content, **measure(content)._asdict()),
            ArticleStatistic(article_id=article_id, **statistic),
        )


def new_article_id() -> Any:
    """A declaration: the id of a published article made for this row alone."""
    return factory.LazyFunction(lambda: ArticleFactory(published=True).article_id)


class UserChannelFactory(Factory):
    """A channel that a reader chose."""

    class Meta:
        model = UserChannel

    user_id = new_user_id()
    channel_id = new_channel_id()
    sequence = factory.Sequence(int)


class CollectionFactory(Factory):
    """A collected article."""

    class Meta:
        model = Collection

    user_id = new_user_id()
    article_id = new_article_id()


class AttitudeFactory(Factory):
    """A liked article; ``attitude=AttitudeKind.DISLIKE`` the contrary, None taken back."""

    class Meta:
        model = Attitude

    user_id = new_user_id()
    article_id = new_article_id()
    attitude = AttitudeKind.LIKE


class ReportFactory(Factory):
    """An open complaint about an article."""

    class Meta:
        model = Report

    user_id = new_user_id()
    article_id = new_article_id()
    type = ReportKind.REPEATED


class ChannelTopFactory(Factory):
    """An article pinned to a channel, now and without end."""

    class Meta:
        model = ChannelTop

    channel_id = new_channel_id()
    article_id = new_article_id()
    sequence = factory.Sequence(int)
