"""One damaged row takes nothing else along (contract/faults.md 78)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from common.cache.engine.rows import UNREADABLE
from common.extensions.db import transaction
from common.services.reading import views
from tests.factories import CommentFactory, RelationFactory, UserFactory
from tests.support.scenarios.articles import many_articles, many_collections

COVERS = ["[1, 2", '{"type": 3}', "null", '"x"', '{"type": "?", "images": 5}']
LISTS = ["/v1_0/user/articles", "/v1_0/article/collections", "/v1_0/user/histories"]


def damage(table, column, value, key, id_):
    """Write what no release of ours would; SQLite keeps any value in any column."""
    statement = text(f"UPDATE {table} SET {column} = :value WHERE {key} = :id")  # noqa: S608 - ours
    with transaction() as session:
        session.execute(statement, {"value": value, "id": id_})


def damage_article(column, value, article_id):
    damage("news_article_basic", column, value, "article_id", article_id)


@pytest.fixture
def article_ids(reader):
    """Five articles in each list of the reader's, in the order of the lists."""
    user_id = reader.user.user_id
    article_ids = many_articles(user_id, 5)
    many_collections(user_id, article_ids)
    for article_id in article_ids:
        views.viewed(article_id, user_id, 1, user_id=user_id, visitor=None)
    return article_ids[::-1]


def ids(answer):
    assert answer.status_code == 200
    return [each["art_id"] for each in answer.json["data"]["results"]]


def unreadable(of):
    return UNREADABLE.labels(of)._value.get()


@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("path", LISTS)
def test_a_damaged_cover_is_no_cover(reader, article_ids, path, cover):
    damage_article("cover", cover, article_ids[2])

    answer = reader.get(path)

    covers = [each["cover"] for each in answer.json["data"]["results"]]
    assert ids(answer) == article_ids
    assert covers == [{"type": 0, "images": []}] * 5


@pytest.mark.parametrize(("column", "value"), [("channel_id", "x"), ("title", b"\xff\xfe")])
@pytest.mark.parametrize("path", LISTS)
def test_an_article_that_cannot_be_read_is_left_out(reader, article_ids, path, column, value):
    damage_article(column, value, article_ids[2])
    before = unreadable("article")

    answers = [reader.get(path) for _ in range(3)]

    rest = [*article_ids[:2], *article_ids[3:]]
    assert [ids(answer) for answer in answers] == [rest] * 3
    assert unreadable("article") > before


def test_a_page_with_a_damaged_row_does_not_ask_sql_again_and_again(reader, article_ids, cost):
    damage_article("channel_id", "x", article_ids[2])
    for _ in range(2):
        reader.get(LISTS[0])

    with cost() as spent:
        reader.get(LISTS[0])

    assert spent.sql == 0


def test_the_page_of_a_damaged_article_is_absent_and_the_feed_goes_on(reader, article_ids):
    damage_article("channel_id", "x", article_ids[2])

    page = reader.get(f"/v1_0/articles/{article_ids[2]}")
    feed = reader.get("/v1_0/articles?channel_id=0&page=1")

    assert page.status_code == 404
    assert feed.status_code == 200


def test_somebody_whose_name_cannot_be_read_is_left_out(reader):
    people = [UserFactory().user_id for _ in range(3)]
    for user_id in people:
        RelationFactory(user_id=user_id, target_user_id=reader.user.user_id)
    damage("user_basic", "user_name", b"\xff\xfe", "user_id", people[1])

    answers = [reader.get("/v1_0/user/followers") for _ in range(2)]

    listed = [[each["id"] for each in answer.json["data"]["results"]] for answer in answers]
    assert listed == [[people[2], people[0]]] * 2


def test_a_comment_that_cannot_be_read_is_left_out(reader, article_ids):
    comments = [CommentFactory(article_id=article_ids[0]).comment_id for _ in range(3)]
    damage("news_comment", "content", b"\xff\xfe", "comment_id", comments[1])

    answer = reader.get(f"/v1_0/comments?type=a&source={article_ids[0]}")

    listed = [each["com_id"] for each in answer.json["data"]["results"]]
    assert listed == [comments[2], comments[0]]
