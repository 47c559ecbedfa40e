"""Collecting articles and taking them out again (user-app.md §10.1, §10.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
import pytest
import time_machine
from sqlalchemy import func, select

from common.cache.collections import article_collections
from common.extensions.db import db, refresh_view, transaction
from common.models import Collection
from common.services.behaviour import recording
from common.utils import clock
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory, CollectionFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.reviewing import decided, undone

SOME_DAY = datetime.fromisoformat("2026-01-01")
COLLECTIONS = "/v1_0/article/collections"
INVALID = {
    "message": "target: Invalid target article id.",
    "errors": {"target": "Invalid target article id."},
}


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


def collect(reader, article, **headers):
    return reader.post(COLLECTIONS, json={"target": article.article_id}, headers=headers)


def listed(reader):
    return reader.get(COLLECTIONS).json["data"]


def ids(reader):
    return [item["art_id"] for item in listed(reader)["results"]]


def is_collected(reader, article):
    return reader.get(f"/v1_0/articles/{article.article_id}").json["data"]["is_collected"]


def token(article, action="collect"):
    """As a client echoes it; servers hand headers over one character per byte."""
    members = {
        "action": action,
        "userId": "x",
        "articleId": str(article.article_id),
        "algorithmCombine": "C1",
    }
    return orjson.dumps(members).decode()


def logged(runtime):
    recording.close()
    path = runtime.data_dir / "logs" / "userClick.log"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def test_collecting_shows_at_once(reader, article):
    answer = collect(reader, article)

    (item,) = listed(reader)["results"]
    assert answer.status_code == 201
    assert answer.json == {"message": "OK", "data": {"target": article.article_id}}
    assert (item["art_id"], item["collect_count"]) == (article.article_id, 1)
    assert is_collected(reader, article) is True


def test_collected_within_one_second_the_latest_comes_first(reader):
    articles = [ArticleFactory(published=True) for _ in range(4)]
    with time_machine.travel(clock.utc_now(), tick=False):
        for article in (articles[2], articles[0], articles[3], articles[1]):
            collect(reader, article)
        reader.delete(f"{COLLECTIONS}/{articles[0].article_id}")
        collect(reader, articles[0])

    assert ids(reader) == [articles[place].article_id for place in (0, 1, 3, 2)]


def test_collecting_twice_counts_once(reader, article, redis):
    answers = [collect(reader, article) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert listed(reader)["results"][0]["collect_count"] == 1
    assert redis.zscore("count:user:art:collecting", reader.user.user_id) == 1


def test_taking_out_shows_at_once_and_a_repeat_changes_nothing(reader, article, redis):
    collect(reader, article)

    path = f"{COLLECTIONS}/{article.article_id}"
    answers = [reader.delete(path) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert listed(reader)["total_count"] == 0
    assert is_collected(reader, article) is False
    assert redis.zscore("count:art:collecting", article.article_id) is None


def test_taking_out_what_is_not_in_leaves_no_row(reader, article):
    answers = [reader.delete(f"{COLLECTIONS}/{id_}") for id_ in (article.article_id, 404)]

    assert [answer.status_code for answer in answers] == [204, 204]
    refresh_view()
    assert db.session.scalar(select(func.count(Collection.collection_id))) == 0


@pytest.mark.parametrize("target", [0, "x", 1.5, True, 404, 2**64])
def test_what_is_no_article_is_refused(reader, target):
    answer = reader.post(COLLECTIONS, json={"target": target})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("status", [s for s in ArticleStatus if s != ArticleStatus.APPROVED])
def test_an_article_that_is_not_approved_is_refused(reader, status):
    answer = collect(reader, ArticleFactory(status=status))

    assert (answer.status_code, answer.json) == (400, INVALID)


def test_taking_out_a_deleted_article_leaves_no_negative_figure(reader, article, redis):
    collect(reader, article)
    withdraw(article.article_id, ArticleStatus.DELETED)

    answer = reader.delete(f"{COLLECTIONS}/{article.article_id}")

    assert answer.status_code == 204
    assert redis.zscore("count:art:collecting", article.article_id) is None
    assert redis.zscore("count:user:art:collecting", reader.user.user_id) is None


def test_the_echoed_token_is_logged_when_something_changed(reader, article, runtime):
    collect(reader, article, Trace=token(article))
    collect(reader, article, Trace=token(article))

    (line,) = logged(runtime)
    assert str(reader.user.user_id) in str(line["param"])
    assert (line["channelId"], line["readTime"]) == (article.channel_id, "")


def test_a_forged_token_is_dropped_silently(reader, article, runtime):
    answers = [collect(reader, article, Trace=trace) for trace in ("x", token(article, "click"))]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert logged(runtime) == []


def test_a_visitor_has_no_collection(anonymous, article):
    answers = [collect(anonymous, article), anonymous.delete(f"{COLLECTIONS}/5")]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_the_latest_collected_comes_first_and_again_when_it_is_renewed(reader):
    article_ids = [ArticleFactory(published=True).article_id for _ in range(3)]
    for age, article_id in enumerate(article_ids):
        CollectionFactory(
            user_id=reader.user.user_id,
            article_id=article_id,
            update_time=SOME_DAY - timedelta(seconds=age),
        )
    before = ids(reader)

    reader.delete(f"{COLLECTIONS}/{article_ids[2]}")
    reader.post(COLLECTIONS, json={"target": article_ids[2]})

    assert before == article_ids
    assert ids(reader) == [article_ids[2], article_ids[0], article_ids[1]]


def test_a_collection_of_an_article_that_never_was_is_left_out(reader):
    article_id = ArticleFactory(published=True).article_id
    CollectionFactory(user_id=reader.user.user_id, article_id=article_id)
    with transaction() as session:
        session.add(Collection(user_id=reader.user.user_id, article_id=404))

    assert (ids(reader), listed(reader)["total_count"]) == ([article_id], 1)


def test_the_page_of_an_article_says_whether_it_is_collected(reader, article):
    other = ArticleFactory(published=True)
    CollectionFactory(user_id=reader.user.user_id, article_id=article.article_id)

    assert [is_collected(reader, each) for each in (article, other)] == [True, False]


def test_what_was_taken_back_does_not_count(reader, article):
    CollectionFactory(user_id=reader.user.user_id, article_id=article.article_id, is_deleted=True)

    assert is_collected(reader, article) is False


def test_looking_at_the_collection_takes_nothing_from_the_budget_of_changing_it(reader):
    for _ in range(61):
        changed = reader.delete(f"{COLLECTIONS}/404")

    assert (changed.status_code, reader.get(COLLECTIONS).status_code) == (429, 200)


def test_what_is_taken_out_while_an_operator_may_still_undo_the_deletion_counts(
    reader, sign_in, admin, article
):
    other = sign_in(UserFactory())
    for each in (reader, other):
        collect(each, article)
    batch_id = decided(admin, article.article_id, status=ArticleStatus.DELETED)["batch_id"]
    reader.delete(f"{COLLECTIONS}/{article.article_id}")

    assert undone(admin, batch_id) == 1
    relay_everything()

    assert article_collections.get(article.article_id) == 1
    assert ids(other) == [article.article_id]
