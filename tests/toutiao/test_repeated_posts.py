"""POSTs of readers that are sent again with their key (user-app.md §1.10, security.md row 90)."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, session_scope, transaction
from common.models import Attitude, Comment, Report, UserChannel
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.documents.openapi import assert_valid
from tests.support.harness.threads import at_once


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


def count(model):
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("name", ["comment", "report", "liking", "channel"])
def test_a_post_sent_in_parallel_and_once_more_has_one_effect_and_one_answer(reader, posts, name):
    path, body, model = posts[name]

    def send():
        return reader.post(path, json=body, headers={"Idempotency-Key": "k1"})

    answers = [*at_once(send, send, send), send()]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert count(model) == 1


@pytest.mark.parametrize(
    "keys",
    [
        [None] * 6,
        [None, "k1", None, "k2", None, "k3"],
        ["k1", None, "k1", None, "k1", None],
        ["k1", "k2", "k3", "k4", "k5", "k6"],
    ],
)
def test_one_text_sent_in_parallel_is_one_comment_whatever_keys_come_with_it(reader, posts, keys):
    path, body, model = posts["comment"]

    def send(key):
        return reader.post(path, json=body, headers={"Idempotency-Key": key} if key else {})

    answers = at_once(*[lambda key=key: send(key) for key in keys])

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json["data"]["com_id"] for answer in answers}) == 1
    assert count(model) == 1


def test_an_answered_key_is_answered_again_when_the_limit_is_used_up(reader, posts):
    path, body, model = posts["report"]
    others = [ArticleFactory(published=True).article_id for _ in range(10)]

    def send(target, key):
        report = {**body, "target": target}
        return reader.post(path, json=report, headers={"Idempotency-Key": key})

    first = send(body["target"], "k")
    spent = [send(target, f"k{target}") for target in others]
    again = send(body["target"], "k")
    misused = send(others[-1], "k")

    assert [answer.status_code for answer in spent] == [201] * 9 + [429]
    assert (again.status_code, again.data) == (201, first.data)
    assert misused.status_code == 409
    assert count(model) == 10


def test_answers_that_are_given_again_use_nothing_up(reader, posts):
    path, body, _ = posts["report"]
    for _ in range(20):
        reader.post(path, json=body, headers={"Idempotency-Key": "k"})

    other = {**body, "target": ArticleFactory(published=True).article_id}
    assert reader.post(path, json=other).status_code == 201


@pytest.mark.parametrize("name", ["comment", "channel"])
def test_an_answered_key_is_answered_while_others_write(reader, posts, name):
    path, body, _ = posts[name]
    headers = {"Idempotency-Key": "k"}
    first = reader.post(path, json=body, headers=headers)
    began, finish = threading.Event(), threading.Event()

    def write():
        with session_scope(), transaction():
            began.set()
            finish.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(30)
    try:
        again = reader.post(path, json=body, headers=headers)
    finally:
        finish.set()
        writer.join()

    assert (again.status_code, again.data) == (201, first.data)


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
