"""While SQL is away: what is cached is shown, everything else is 507.

Contract: user-app.md §1.4, faults.md row 1.
"""

from __future__ import annotations

import pytest

from common.extensions.db import db, engine, init_db
from common.services.recommending import candidates
from tests.factories import CommentFactory
from tests.support.scenarios.feeding import ask, ids, now_ms, publish

UNAVAILABLE = {"message": "Unavailable service."}


@pytest.fixture
def sql_goes_away(stores, runtime):
    """Call it to take the database away; it is back after the test."""
    seconds = [0.0]
    candidates.init(now=lambda: seconds[0])

    def go():
        seconds[0] += 10  # all candidates are due to be read anew
        db.session.remove()
        engine().dispose()
        init_db(stores.settings(db_primary_url="sqlite:////nowhere/toutiao.db"))

    yield go
    db.session.remove()
    init_db(runtime)


def test_what_was_read_before_is_still_shown(reader, channel_id, sql_goes_away):
    published = publish(5, channel_id)
    comment = CommentFactory(article_id=published[0])
    paths = [
        f"/v1_0/articles/{published[0]}",
        f"/v1_0/comments?type=a&source={published[0]}",
        f"/v1_0/comments?type=c&source={comment.comment_id}",
        f"/v1_0/articles?channel_id={channel_id}",
        "/v1_0/channels",
        "/v1_0/user/channels",
        "/v1_0/user",
    ]
    ask(reader, channel_id=channel_id, with_top=1)
    before = [reader.get(path).json["data"] for path in paths]

    sql_goes_away()

    after = [reader.get(path).json["data"] for path in paths]
    for page in before + after:
        page.pop("read_count", None)  # grows
    assert after == before
    assert sorted(ids(ask(reader, channel_id=channel_id, with_top=1))) == published


def test_what_was_not_is_507_and_nothing_else(reader, channel_id, sql_goes_away):
    (article_id,) = publish(1, channel_id)
    ask(reader, channel_id=channel_id)  # who the reader is, and which channels there are
    calls = [
        ("GET", f"/v1_0/articles/{article_id + 1}", None),
        ("GET", f"/v1_0/comments?type=a&source={article_id + 1}", None),
        ("GET", f"/v1_1/articles?channel_id=0&timestamp={now_ms()}", None),
        ("POST", "/v1_0/comments", {"target": article_id, "content": "x"}),
    ]

    sql_goes_away()

    for method, path, body in calls:
        answer = reader.open(path, method=method, json=body)
        assert (path, answer.status_code, answer.json) == (path, 507, UNAVAILABLE)
