"""The search index follows bans beside what is done to all of an author, on a real MariaDB."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlalchemy import Connection, select, text

from common.extensions.db import db, engine, refresh_view, session_scope, transaction
from common.models import OutboxEvent
from common.services.outbox.effects import StoredEffect
from common.services.outbox.projections import search_index
from common.settings import Settings
from common.utils import clock
from tests.factories import ArticleFactory
from tests.support.harness.waiting import eventually
from tests.support.scenarios.feeding import ban

WAITING = text(
    "SELECT variable_value FROM information_schema.global_status"
    " WHERE variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS'"
)


@pytest.fixture(autouse=True)
def _bound(on_mariadb: Settings) -> None:
    """Tests that name no fixture use the database too."""


def spread(author_id: int) -> None:
    """What the relay does once it is known that an author has changed."""
    effect = StoredEffect(
        1, {"author_id": author_id, "after": 0}, clock.now_precise(), deadline_ms=0
    )
    with session_scope(), transaction():
        search_index.AUTHORS.deliver([effect])


def is_over_or_waits(thread: Thread, look: Connection) -> bool:
    return not thread.is_alive() or int(look.scalar(WAITING) or 0) > 0


def newest_of(article_id: int) -> str:
    """What was asked for last."""
    refresh_view()
    query = select(OutboxEvent.topic).where(
        OutboxEvent.topic.in_([search_index.INDEX.topic, search_index.DELETE.topic]),
        OutboxEvent.agg_key == f"article:{article_id}",
    )
    return db.session.scalars(query.order_by(OutboxEvent.id.desc())).first() or "nothing"


def test_a_ban_that_is_not_committed_yet_is_not_overtaken():
    """The index would refuse it: its row is older."""
    article = ArticleFactory(published=True)
    kept = ArticleFactory(published=True, user_id=article.user_id)
    other = Thread(target=spread, args=(article.user_id,))

    with engine().connect() as look, transaction():
        ban(article.article_id)
        other.start()
        eventually(lambda: is_over_or_waits(other, look))
    other.join()

    assert newest_of(article.article_id) == search_index.DELETE.topic
    assert newest_of(kept.article_id) == search_index.INDEX.topic
