"""Every topic of the contract has its projection, and events reach those that want them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common import search
from common.cache import pins
from common.extensions.db import db, transaction
from common.extensions.messaging.streams import Streams
from common.extensions.redis import store
from common.models import OutboxEvent
from common.schemas import events
from common.services import outbox
from common.services.outbox.projections import PROJECTIONS
from common.services.outbox.relay import Relay
from common.settings import SettingsError
from tests import factories


def topics_of(event: object) -> set[str]:
    with transaction():
        outbox.add(event)
    return set(db.session.scalars(select(OutboxEvent.topic)))


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


def test_a_published_article_reaches_caches_counters_and_search(runtime):
    topics = topics_of(events.ArticlePublished(101, 2, 7))

    assert topics == {"cache.invalidate", "counter.apply", "cache.lists", "search.index"}


def test_a_withdrawn_article_reaches_caches_counters_and_search(runtime):
    topics = topics_of(events.ArticleWithdrawn(101, 2, 7))

    assert topics == {"cache.invalidate", "counter.apply", "cache.lists", "search.delete"}


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
        outbox.add(events.ArticleWithdrawn(visible.article_id, 2, 7))
        outbox.add(events.ArticlePublished(draft.article_id, 2, 7))

    Relay().run_once()

    (document,) = engine.indexed
    assert (document.article_id, document.title) == (visible.article_id, visible.title)
    assert document.content == f"<p>{visible.title}的正文</p>"
    assert engine.deleted == [draft.article_id]


def test_streams_without_their_driver_are_refused_at_the_start():
    with pytest.raises(SettingsError, match="kafka-python"):
        Streams().bind(["127.0.0.1:9092"])


def test_pins_follow_their_table_with_the_commit(runtime):
    pinned = factories.ChannelTopFactory(channel_id=7, sequence=5)

    with transaction():
        outbox.add(events.PinsChanged(channel_id=7))

    assert store.command("ZSCORE", pins.key(7), pinned.article_id) == b"5"
