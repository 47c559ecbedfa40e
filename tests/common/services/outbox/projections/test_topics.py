"""Every topic of the contract has its projection, and events reach those that want them."""

from __future__ import annotations

import pytest

from common import search
from common.extensions.db import transaction
from common.extensions.messaging.streams import Streams
from common.schemas.events.articles import ArticlePublished, ArticleWithdrawn
from common.services import outbox
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.relay import Relay
from common.settings import SettingsError
from tests import factories


def test_all_topics_of_the_contract_are_served():
    contract = {  # contract/jobs.md §3
        "cache.invalidate",
        "counter.apply",
        "search.index",
        "search.delete",
        "notify",
        "new-article",
        "removed-article",
        "sms",
    }

    assert contract <= set(PROJECTIONS)


def test_the_search_engine_is_told_what_the_rows_say_and_not_what_events_said(runtime, monkeypatch):
    class Engine:
        def __init__(self):
            self.indexed, self.deleted = [], []

        def index(self, documents):
            self.indexed += documents

        def delete(self, article_ids):
            self.deleted += article_ids

    engine = Engine()
    monkeypatch.setattr(search._bound, "engine", engine)
    visible = factories.ArticleFactory(published=True)
    draft = factories.ArticleFactory()
    with transaction():
        outbox.add(ArticleWithdrawn(article_id=visible.article_id, author_id=2, channel_id=7))
        outbox.add(ArticlePublished(article_id=draft.article_id, author_id=2, channel_id=7))

    Relay().run_once()

    (document,) = engine.indexed
    assert (document.article_id, document.title) == (visible.article_id, visible.title)
    assert document.content == f"<p>{visible.title}的正文</p>"
    assert engine.deleted == [draft.article_id]


def test_streams_without_their_driver_are_refused_at_the_start():
    with pytest.raises(SettingsError, match="kafka-python"):
        Streams().bind(["127.0.0.1:9092"])
