"""Lists of articles around a user: published, collected, read (user-app.md §7.3, §7.4, §10)."""

from __future__ import annotations

from datetime import datetime

import pytest

from common.extensions.db import transaction
from common.models import Article, User
from common.services.reading import views
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    UserFactory,
)
from tests.support.scenarios.articles import many_articles, many_collections
from tests.support.scenarios.feeding import pin, publish

COLLECTIONS = "/v1_0/article/collections"
HISTORIES = "/v1_0/user/histories"
MINE = "/v1_0/user/articles"
LISTS = [MINE, HISTORIES, COLLECTIONS]
LONG_LISTS = [MINE, COLLECTIONS]
OF_OTHERS = [HISTORIES, COLLECTIONS]
SOME_DAY = datetime.fromisoformat("2026-01-01")
MEMBERS = {
    "art_id", "title", "aut_id", "aut_name", "pubdate", "ch_id", "is_top", "comm_count",
    "like_count", "cover", "is_liking",
    "collect_count",
}  # fmt: skip
MANY = 1200  # more than CACHE keeps of a list


def ids(answer):
    return [each["art_id"] for each in answer.json["data"]["results"]]


def fill(path, reader, count):
    """``count`` articles in a list of the reader's; their ids in its order."""
    own = path == MINE
    author_id = reader.user.user_id if own else UserFactory(verified=True).user_id
    article_ids = many_articles(author_id, count)
    if path == COLLECTIONS:
        many_collections(reader.user.user_id, article_ids)
    if path == HISTORIES:
        for article_id in article_ids:
            views.viewed(article_id, author_id, 1, user_id=reader.user.user_id, visitor=None)
        views.flush()  # a page waits for them, but not long
    return article_ids[::-1]


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list(reader, path):
    answer = reader.get(path)

    assert answer.status_code == 200
    assert answer.json["data"] == {"total_count": 0, "page": 1, "per_page": 10, "results": []}


@pytest.mark.parametrize("path", LISTS)
def test_an_item_has_exactly_the_members_of_the_contract(reader, path):
    (article_id,) = fill(path, reader, 1)

    (item,) = reader.get(path).json["data"]["results"]

    assert set(item) == MEMBERS
    assert (item["art_id"], item["is_liking"], item["is_top"]) == (article_id, False, 0)


@pytest.mark.parametrize("path", LISTS)
def test_an_item_says_whether_the_reader_likes_it(reader, path):
    (article_id,) = fill(path, reader, 1)
    AttitudeFactory(user_id=reader.user.user_id, article_id=article_id)

    (item,) = reader.get(path).json["data"]["results"]

    assert item["is_liking"] is True


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [1, 7, 10])
def test_pages_neither_repeat_nor_skip(reader, path, size):
    everything = fill(path, reader, 21)

    pages: list[list[int]] = []
    while page := ids(reader.get(f"{path}?page={len(pages) + 1}&per_page={size}")):
        pages.append(page)

    assert [article_id for page in pages for article_id in page] == everything
    assert {len(page) for page in pages[:-1]} == {size}


@pytest.mark.parametrize("path", LISTS)
def test_a_page_past_the_end_is_empty_and_knows_the_length(reader, path):
    fill(path, reader, 3)

    answers = [reader.get(f"{path}?page={page}").json["data"] for page in (2, 10**6, 2**53 - 1)]

    assert [(answer["total_count"], answer["results"]) for answer in answers] == [(3, [])] * 3


@pytest.mark.parametrize("path", [*LISTS, "/v1_0/users/5/articles"])
@pytest.mark.parametrize("query", ["per_page=101", "per_page=0", "page=0", "page=x"])
def test_a_bad_page_is_refused(reader, path, query):
    answer = reader.get(f"{path}?{query}")

    assert answer.status_code == 400
    assert set(answer.json["errors"]) == {query.partition("=")[0]}


@pytest.mark.parametrize("path", LISTS)
def test_a_visitor_has_no_lists(anonymous, path):
    assert anonymous.get(path).status_code == 401


def test_what_somebody_published_is_public(anonymous, reader):
    author = UserFactory(verified=True)
    everything = many_articles(author.user_id, 3)[::-1]
    ArticleFactory(user_id=author.user_id)
    path = f"/v1_0/users/{author.user_id}/articles"

    answers = [client.get(path) for client in (anonymous, reader)]

    assert [ids(answer) for answer in answers] == [everything] * 2
    items = [each for answer in answers for each in answer.json["data"]["results"]]
    assert {each["is_liking"] for each in items} == {False}


def test_articles_of_one_second_are_ordered_by_id(reader):
    author_id = reader.user.user_id
    at = {"published": True, "user_id": author_id, "create_time": SOME_DAY}
    article_ids = [ArticleFactory(**at).article_id for _ in range(3)]

    assert ids(reader.get(MINE)) == article_ids[::-1]


@pytest.mark.parametrize("who", [404, "disabled"])
def test_nobody_has_published_nothing(anonymous, who):
    user_id = UserFactory(disabled=True).user_id if who == "disabled" else who

    answer = anonymous.get(f"/v1_0/users/{user_id}/articles")

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid request."})


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [10, 100])
def test_a_warm_page_is_three_stages_at_most_and_no_sql(reader, cost, path, size):
    fill(path, reader, 100)
    query = f"{path}?per_page={size}"
    with cost() as cold:
        reader.get(query)
    with cost() as warm:
        answer = reader.get(query)

    assert len(answer.json["data"]["results"]) == size
    assert warm.sql == 0
    assert warm.stages <= 3  # one of them for the account, if that was not asked a moment ago
    # The account thrice, the list, articles, authors, attitudes, relations; and as nobody has built
    # counters here, whether anybody ever did.
    assert cold.sql <= 9


@pytest.mark.parametrize("path", LONG_LISTS)
def test_a_page_beyond_what_is_cached_is_one_query_wherever_it_is(reader, cost, path):
    everything = fill(path, reader, MANY)

    for page in (100, 101, 119, 120):
        query = f"{path}?page={page}"
        first = reader.get(query)
        with cost() as spent:
            again = reader.get(query)
        assert again.json == first.json
        assert spent.sql <= 1
        assert spent.stages <= 3
        assert first.json["data"]["total_count"] == MANY
        assert ids(first) == everything[(page - 1) * 10 : page * 10]


def test_a_history_is_what_was_opened_the_latest_first(reader):
    article_ids = [ArticleFactory(published=True).article_id for _ in range(3)]
    for article_id in [*article_ids, article_ids[0]]:
        reader.get(f"/v1_0/articles/{article_id}")

    answer = reader.get(HISTORIES)

    assert ids(answer) == [article_ids[0], article_ids[2], article_ids[1]]


def test_a_history_can_be_forgotten(reader):
    fill(HISTORIES, reader, 2)

    answers = [reader.delete(HISTORIES) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert reader.get(HISTORIES).json["data"]["total_count"] == 0


def test_a_history_is_empty_while_store_is_away(reader, valkey):
    fill(HISTORIES, reader, 2)
    valkey.stop()

    answer = reader.get(HISTORIES)

    assert (answer.status_code, answer.json["data"]["results"]) == (200, [])


@pytest.mark.parametrize("path", LONG_LISTS)
def test_lists_are_the_same_while_redis_is_away(reader, valkey, path):
    everything = fill(path, reader, 12)
    valkey.stop()

    answers = [reader.get(f"{path}?page={page}") for page in (1, 2)]

    assert [ids(answer) for answer in answers] == [everything[:10], everything[10:]]


@pytest.mark.parametrize("path", OF_OTHERS)
def test_an_author_without_an_account_takes_nothing_else_along(reader, path):
    article_ids = fill(path, reader, 5)
    with transaction() as session:
        session.get(Article, article_ids[0]).user_id = 404
        assert session.get(User, 404) is None

    answer = reader.get(path)

    assert ids(answer) == article_ids[1:]
    assert answer.json["data"]["total_count"] == 4


def test_an_article_pinned_in_its_channel_says_so_in_every_list(reader):
    channel_id = ChannelFactory().channel_id
    pinned, other = publish(2, channel_id, user_id=reader.user.user_id)
    before = reader.get(MINE).json["data"]["results"]

    pin(channel_id, pinned)
    while_pinned = reader.get(MINE).json["data"]["results"]
    pin(channel_id)
    after = reader.get(MINE).json["data"]["results"]

    tops = [{item["art_id"]: item["is_top"] for item in page} for page in (before, while_pinned)]
    assert tops == [{pinned: 0, other: 0}, {pinned: 1, other: 0}]
    assert after == before
