"""POSTs of readers that are sent again with their key (user-app.md §1.10, security.md row 90)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Attitude, Comment, Report, UserChannel
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.openapi import assert_valid
from tests.support.threads import at_once


@pytest.fixture
def posts(runtime):
    """A few writes: path, body, the table that they write."""
    article = ArticleFactory(published=True).article_id
    channel = ChannelFactory().channel_id
    return {
        "comment": ("/v1_0/comments", {"target": article, "content": "好"}, Comment),
        "report": ("/v1_0/article/reports", {"target": article, "type": 1}, Report),
        "liking": ("/v1_0/article/likings", {"target": article}, Attitude),
        "channel": ("/v1_0/user/channels", {"channels": [{"id": channel}]}, UserChannel),
    }


@pytest.mark.parametrize("name", ["comment", "report", "liking", "channel"])
def test_a_post_sent_in_parallel_and_once_more_has_one_effect_and_one_answer(reader, posts, name):
    path, body, model = posts[name]

    def send():
        return reader.post(path, json=body, headers={"Idempotency-Key": "k1"})

    answers = [*at_once(send, send, send), send()]

    refresh_view()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert db.session.scalar(select(func.count()).select_from(model)) == 1


def test_comments_with_keys_of_their_own_are_two_even_if_the_text_is_one(reader, sign_in, posts):
    path, body, _ = posts["comment"]
    other = sign_in(UserFactory())

    answers = [
        client.post(path, json=body, headers={"Idempotency-Key": "k1"})
        for client in (reader, other)
    ]

    ids = {answer.json["data"]["com_id"] for answer in answers}
    assert len(ids) == 2


def test_the_key_is_described(gateway):
    document = gateway.get("/openapi/user.json").json
    assert_valid(document)
    posts = {path: verbs["post"] for path, verbs in document["paths"].items() if "post" in verbs}

    with_key = {
        path
        for path, post in posts.items()
        if any(each["name"] == "Idempotency-Key" for each in post["parameters"])
    }
    assert set(posts) - with_key == {"/v1_0/authorizations", "/v1_0/reading/durations"}
    assert all("409" in posts[path]["responses"] for path in with_key)
