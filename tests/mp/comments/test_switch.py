"""Opening and closing an article for comments (media-platform.md §2.16)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view, transaction
from common.models import Article
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory
from tests.support.scenarios.writing import COMMENT_STATUS as STATUS
from tests.support.scenarios.writing import switch

INVALID = {"message": "Invalid article status."}
MISSING = "Missing required parameter in the query string"


def version_of(article):
    refresh_view()
    return db.session.get(Article, article.article_id, populate_existing=True).version


def write(client, article):
    return client.post("/v1_0/comments", json={"target": article.article_id, "content": "好"})


def test_a_switch_holds_at_once_and_can_be_turned_back(editor, reader, article):
    assert write(reader, article).status_code == 201

    closed = switch(editor, article.article_id)
    refused = write(reader, article)
    opened = switch(editor, article.article_id, allow=True)

    data = {"article_id": article.article_id, "allow_comment": False}
    assert (closed.status_code, closed.json) == (201, {"message": "OK", "data": data})
    assert (refused.status_code, refused.json["message"]) == (400, "Article denied comment.")
    assert opened.json["data"]["allow_comment"] is True
    assert write(reader, article).status_code == 201


def test_what_was_written_before_stays_to_be_read(editor, reader, article):
    write(reader, article)

    switch(editor, article.article_id)

    query = {"type": "a", "source": article.article_id}
    assert len(reader.get("/v1_0/comments", query_string=query).json["data"]["results"]) == 1


def test_a_process_that_has_not_heard_of_it_refuses_all_the_same(editor, reader, article):
    write(reader, article)  # its card is in every cache
    with transaction() as session:
        session.get_one(Article, article.article_id).allow_comment = False

    answer = reader.post(
        "/v1_0/comments", json={"target": article.article_id, "content": "还有一句"}
    )

    assert (answer.status_code, answer.json["message"]) == (400, "Article denied comment.")


@pytest.mark.parametrize("allow", [True, False])
def test_turning_it_where_it_is_changes_nothing_and_is_no_edit(editor, article, allow):
    version = version_of(article)

    answers = [switch(editor, article.article_id, allow=allow) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert version_of(article) == version


def test_the_article_may_be_named_in_the_body(editor, article):
    answers = [
        editor.put(STATUS, json={"article_id": article.article_id, "allow_comment": "false"}),
        editor.put(f"{STATUS}?article_id=", json={"article_id": str(article.article_id),
                                                  "allow_comment": False}),
        switch(editor, f"%22{article.article_id}%22"),
    ]  # fmt: skip

    expected = {"article_id": article.article_id, "allow_comment": False}
    assert [answer.json["data"] for answer in answers] == [expected] * 3


@pytest.mark.parametrize("status", [each for each in ArticleStatus if each != 2])
def test_only_an_approved_article_has_a_switch(editor, status):
    article = ArticleFactory(user_id=editor.user.user_id, status=status)

    answer = switch(editor, article.article_id)

    assert (answer.status_code, answer.json) == (400, INVALID)


def test_that_of_others_and_none_at_all_are_told_alike(editor, reader, foreign):
    article_id = foreign.article_id

    answers = [switch(editor, id_) for id_ in (article_id, 404)]

    assert [(each.status_code, each.json) for each in answers] == [(400, INVALID)] * 2
    body = {"target": article_id, "content": "好"}
    assert reader.post("/v1_0/comments", json=body).status_code == 201


def test_what_is_wrong_is_named(refuses):
    missing = "Missing required parameter in the JSON body"
    cases = [
        ({"json": {"allow_comment": True}}, {"article_id": MISSING}),
        ({"json": {}}, {"article_id": MISSING}),
        ({"json": {"allow_comment": 2}}, {"article_id": MISSING}),
        ({"json": {}, "query_string": {"article_id": 7}}, {"allow_comment": missing}),
        (
            {"json": {"allow_comment": None}, "query_string": {"article_id": 7}},
            {"allow_comment": missing},
        ),
        (
            {"json": {"allow_comment": 2}, "query_string": {"article_id": 7}},
            {"allow_comment": "Invalid literal for boolean(): 2"},
        ),
        (
            {"json": {"allow_comment": True}, "query_string": {"article_id": "x"}},
            {"article_id": "x is not a valid integer"},
        ),
        (
            {"json": {"allow_comment": True}, "query_string": {"article_id": 0}},
            {"article_id": "Invalid article_id: 0. article_id must be a positive integer"},
        ),
    ]

    refuses("PUT", STATUS, cases)


def test_the_word_status_is_no_comment(editor):
    assert editor.delete(STATUS).status_code == 405
