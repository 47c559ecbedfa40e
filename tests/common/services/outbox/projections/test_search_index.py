"""The search index holds what readers may see, whatever happens to articles and their authors."""

from __future__ import annotations

import pytest

from common import search
from common.extensions.db import transaction
from common.schemas.events.articles import ArticlePublished, ArticleWithdrawn
from common.search.interface import Kind
from common.services import outbox
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections import search_index
from common.services.outbox.relay import Relay
from common.utils import clock
from common.utils.constants import UserStatus
from tests.factories import ArticleFactory, UserFactory
from tests.support.harness.engines import NoEngine
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import let_in, lock_out
from tests.support.scenarios.articles import many_articles

AUTHOR = 1
CHANNEL = 7


class Engine(NoEngine):
    """An engine that remembers titles by article, of what all may find."""

    def __init__(self):
        self.titles, self.contents = {}, {}

    def index(self, documents, kind=Kind.PUBLIC):
        if kind is Kind.PUBLIC:
            self.titles.update((each.article_id, each.title) for each in documents)
            self.contents.update((each.article_id, each.content) for each in documents)

    def delete(self, versions, kind=Kind.PUBLIC):
        for article_id in versions if kind is Kind.PUBLIC else ():
            self.titles.pop(article_id, None)


@pytest.fixture
def engine(runtime):
    """The engine of this process."""
    engine = Engine()
    search.use(engine)
    return engine


def say(event_type, article_id, author_id=AUTHOR):
    with transaction():
        outbox.add(event_type(article_id=article_id, author_id=author_id, channel_id=CHANNEL))


def test_the_engine_is_told_what_the_rows_say_and_not_what_events_said(engine):
    visible, draft = ArticleFactory(published=True), ArticleFactory()
    engine.titles[draft.article_id] = "旧标题"
    say(ArticleWithdrawn, visible.article_id)
    say(ArticlePublished, draft.article_id)

    Relay().run_once()

    assert engine.titles == {visible.article_id: visible.title}
    assert engine.contents == {visible.article_id: f"<p>{visible.title}的正文</p>"}


def test_what_a_frozen_author_has_published_does_not_come_into_the_index(engine):
    UserFactory(user_id=AUTHOR, status=UserStatus.DISABLED)
    article_id = ArticleFactory(published=True, user_id=AUTHOR).article_id
    engine.titles[article_id] = "旧标题"
    say(ArticlePublished, article_id)

    relay_everything()

    assert engine.titles == {}


def test_a_frozen_author_s_articles_leave_the_index_and_come_back(engine):
    UserFactory(user_id=AUTHOR)
    mine = many_articles(AUTHOR, search_index.AT_ONCE + 1)
    ArticleFactory(user_id=AUTHOR)
    other = ArticleFactory(published=True)
    for article_id in (*mine, other.article_id):
        engine.titles[article_id] = "标题"

    lock_out(AUTHOR)
    relay_everything()
    frozen = set(engine.titles)
    let_in(AUTHOR)
    relay_everything()

    assert frozen == {other.article_id}
    assert set(engine.titles) == {*mine, other.article_id}


@pytest.mark.parametrize(
    ("projection", "payload"),
    [
        (search_index.INDEX, {}),
        (search_index.DELETE, {"article_id": "7"}),
        (search_index.AUTHORS, {"author_id": 7}),
        (search_index.AUTHORS, {"author_id": None, "after": 0}),
    ],
)
def test_an_effect_without_ids_is_refused(engine, projection, payload):
    with pytest.raises(MalformedPayload, match="must be a number"):
        projection.deliver([StoredEffect(1, payload, clock.now_precise(), deadline_ms=0)])
