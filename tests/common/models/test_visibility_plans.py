"""Looking at an author's status costs one row of it: lists are read from their own index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from common.cache import collections, people, shelves
from common.extensions.db import db, engine
from common.models.base import index_name
from common.search import Query, documents, fallback
from common.services.recommending import candidates
from common.utils.parameters.phrases import Phrase

FEED = "news_article_basic USING INDEX ix_news_article_basic"
AUTHOR = "SEARCH user_basic_1 USING INTEGER PRIMARY KEY (rowid=?)"

# What readers are shown, by the questions of the product itself: its index, once it has one.
QUESTIONS = {
    "the newest of all channels": (
        lambda: candidates.Pool(0).renew(somebody_waits=True),
        f"SEARCH {FEED}_status_feed_ms (status=? AND feed_ms>?)",
    ),
    "the newest of a channel": (
        lambda: candidates.Pool(7).renew(somebody_waits=True),
        f"SEARCH {FEED}_channel_id_status_feed_ms (channel_id=? AND status=? AND feed_ms>?)",
    ),
    "titles that contain a phrase": (
        lambda: fallback.search(Query(Phrase("词", "词")), first=0, count=10),
        f"SEARCH {FEED}_status_feed_ms (status=?)",
    ),
    "what an author published": (
        lambda: shelves.published.page(1, first=0, limit=10),
        f"SEARCH {FEED.replace('INDEX', 'COVERING INDEX')}"
        "_user_id_status_create_time_article_id (user_id=? AND status=?)",
    ),
    "what a reader collected": (
        lambda: collections.shelf.page(1, first=0, limit=10),
        "SEARCH news_collection USING COVERING INDEX"
        " ix_news_collection_user_id_is_deleted_update_time_article_id"
        " (user_id=? AND is_deleted=?)",
    ),
    "whom a user follows": (
        lambda: people.followings.page(1, first=0, limit=10),
        "SEARCH user_relation USING COVERING INDEX"
        " ix_user_relation_user_id_relation_update_time_target_user_id (user_id=? AND relation=?)",
    ),
    "what the search index holds": (
        lambda: documents.follow({1: 1, 2: 2}),
        "SEARCH news_article_basic USING INTEGER PRIMARY KEY (rowid=?)",
    ),
}


@contextmanager
def asked() -> Iterator[list[tuple[str, object]]]:
    """The statements that go to the database meanwhile."""
    sent: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        sent.append((statement, parameters))

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def plan(statement, parameters):
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row[-1] for row in rows]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_authors_status_is_one_row_and_changes_no_order(runtime, question):
    ask, index = QUESTIONS[question]
    with asked() as sent:
        ask()

    judged = [each for each in sent if "user_basic AS user_basic_1" in each[0]]
    plans = [plan(*each) for each in judged]
    assert plans
    for steps in plans:
        assert (steps[0], steps.count(AUTHOR)) == (index, 1)
        assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")]


# That index, of the authors' own lists, has all that is counted.
OWN_LIST = "user_id article_id status channel_id create_time"


def test_counting_reads_indexes_and_of_frozen_authors_alone(runtime):
    with asked() as sent:
        db.session.scalar(candidates._counted(7))

    (steps,) = [plan(*each) for each in sent if "count" in each[0]]
    searches = [step for step in steps if step.startswith("SEARCH")]
    assert searches == [
        "SEARCH news_article_basic USING COVERING INDEX"
        " ix_news_article_basic_channel_id_status_feed_ms (channel_id=? AND status=?)",
        "SEARCH user_basic USING COVERING INDEX ix_user_basic_status (status=?)",
        "SEARCH news_article_basic USING COVERING INDEX"
        f" {index_name('news_article_basic', OWN_LIST)} (user_id=?)",
    ]
