"""Ids of databases that were there before: 64 bits, as numbers, text, and quoted text.

Contract: user-app.md §1.6.
"""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory, CommentFactory, UserFactory
from tests.support.scenarios.discussing import ask as ask_comments
from tests.support.scenarios.discussing import ids
from tests.support.scenarios.feeding import ask, walked

USER, ARTICLE, COMMENT = 1_103_758_222_555_521_024, 1_060_469_373_562_191_873, 2**63 - 1


@pytest.fixture
def old(channel_id, sign_in):
    """A reader with a long id, who has written an article and a comment with long ids."""
    user = UserFactory(user_id=USER, verified=True)
    ArticleFactory(published=True, article_id=ARTICLE, user_id=USER, channel_id=channel_id)
    CommentFactory(comment_id=COMMENT, article_id=ARTICLE, user_id=USER)
    return sign_in(user)


def test_long_ids_come_out_as_exact_numbers(old, channel_id):
    (item,) = ask(old, channel_id=channel_id)["results"]
    page = old.get(f"/v1_0/articles/{ARTICLE}").json["data"]
    card = old.get("/v1_0/user").json["data"]
    comments = ask_comments(old, "a", ARTICLE)

    assert (item["art_id"], item["aut_id"]) == (ARTICLE, USER)
    assert (page["art_id"], page["aut_id"], card["id"]) == (ARTICLE, USER, USER)
    assert (ids(comments), comments["last_id"], comments["end_id"]) == ([COMMENT], COMMENT, COMMENT)


def test_a_feed_with_long_ids_is_walked_and_remembered(old, channel_id):
    for _ in range(2):
        assert walked(old, channel_id=channel_id) == [ARTICLE]


@pytest.mark.parametrize("write", [str, '"{}"'.format, " {} ".format])
def test_long_ids_are_understood_in_every_form_of_a_query(old, write):
    assert ids(ask_comments(old, "a", write(ARTICLE))) == [COMMENT]
    assert ids(ask_comments(old, "a", write(ARTICLE), offset=write(COMMENT))) == []


@pytest.mark.parametrize("write", [int, str])
def test_long_ids_are_understood_in_every_form_of_a_body(old, write):
    comment = old.post("/v1_0/comments", json={"target": write(ARTICLE), "content": "一"})
    reply = old.post(
        "/v1_0/comments",
        json={"target": write(COMMENT), "content": "二", "art_id": write(ARTICLE)},
    )

    assert (comment.status_code, reply.status_code) == (201, 201)
    assert comment.json["data"]["target"] == ARTICLE
    assert reply.json["data"]["target"] == COMMENT
    assert ids(ask_comments(old, "c", COMMENT)) == [reply.json["data"]["com_id"]]


@pytest.mark.parametrize("rounded", [ARTICLE - 1, ARTICLE + 127, 1_060_469_373_562_191_900])
def test_an_id_that_a_browser_rounded_is_just_unknown(old, rounded):
    assert old.get(f"/v1_0/articles/{rounded}").status_code == 404
    assert ids(ask_comments(old, "a", rounded)) == []
    answer = old.post("/v1_0/comments", json={"target": rounded, "content": "x"})
    assert answer.status_code == 400
