"""A page whose articles this process knows is put together without a look, and is the same page."""

from __future__ import annotations

import pytest

from common.cache.engine.local import forget_all
from common.utils.background import memories
from tests.factories import UserFactory
from tests.support.harness.waiting import eventually
from tests.support.scenarios.feeding import ask, ids, now_ms, publish, withdraw

LOOKS = {"mget", "hmget", "smismember", "zmscore"}  # the commands of one


@pytest.fixture
def told(redis):
    """``told(client, …)``: a page, and whether it was told from memory."""

    def page_and_how(client, **query):
        redis.config_resetstat()
        page = ask(client, **query)
        commands = {name.removeprefix("cmdstat_") for name in redis.info("commandstats")}
        assert "zrange" in commands  # what the reader was served is asked each time
        return page, not commands & LOOKS

    return page_and_how


@pytest.fixture
def author(sign_in):
    """Who has written all of the channel's articles but one."""
    return sign_in(UserFactory(verified=True))


@pytest.fixture
def published(channel_id, author):
    """Six articles, the oldest of another author."""
    return publish(1, channel_id) + publish(5, channel_id, user_id=author.user.user_id)


@pytest.fixture
def warm(reader, channel_id, published, told):
    """The reader's pages of this channel are told from memory."""
    eventually(lambda: told(reader, channel_id=channel_id)[1])


def by_id(page):
    return {item["art_id"]: item for item in page["results"]}


def test_a_remembered_page_is_the_page_that_a_look_would_give(
    reader, channel_id, published, warm, told
):
    asked = now_ms()
    ask(reader, channel_id=channel_id, timestamp=asked)
    pages = []

    def is_told():
        page, is_remembered = told(reader, channel_id=channel_id, timestamp=asked)
        pages.append(page)
        return is_remembered

    eventually(is_told)
    forget_all()
    looked_at, is_remembered = told(reader, channel_id=channel_id, timestamp=asked)

    assert not is_remembered
    assert pages[-1] == looked_at
    assert sorted(ids(looked_at)) == published


def test_whom_a_reader_has_begun_to_follow_is_the_reason(
    reader, channel_id, author, published, warm, told
):
    reader.post("/v1_0/user/followings", json={"target": author.user.user_id})

    def is_told():
        page, is_remembered = told(reader, channel_id=channel_id)
        assert [by_id(page)[i]["reason"] for i in published[1:]] == ["follow"] * 5
        assert by_id(page)[published[0]]["reason"] != "follow"
        return is_remembered

    eventually(is_told)


def test_an_author_who_was_blocked_is_gone_at_once(reader, channel_id, author, published, warm):
    reader.post("/v1_0/user/blacklists", json={"target": author.user.user_id})

    assert ids(ask(reader, channel_id=channel_id)) == published[:1]


def test_who_was_blocked_is_gone_from_a_page_whose_authors_are_forgotten(
    reader, channel_id, author, published, warm
):
    asked = now_ms()
    before = ask(reader, channel_id=channel_id, timestamp=asked)
    assert set(ids(before)) == set(published)
    reader.post("/v1_0/user/blacklists", json={"target": author.user.user_id})

    for _ in range(3):  # the first look of them costs a question, later ones none
        memories.forget("article_authors")
        page = ask(reader, channel_id=channel_id, timestamp=asked)
        assert ids(page) == published[:1]


def test_what_was_disliked_is_gone_at_once(reader, channel_id, published, warm):
    reader.post("/v1_0/article/dislikes", json={"target": published[3]})

    page = ask(reader, channel_id=channel_id)

    assert sorted(ids(page)) == [i for i in published if i != published[3]]


def test_what_was_withdrawn_is_gone_at_once(reader, channel_id, published, warm):
    withdraw(published[3])

    page = ask(reader, channel_id=channel_id)

    assert sorted(ids(page)) == [i for i in published if i != published[3]]


def test_a_like_counts_in_the_next_page(reader, channel_id, published, warm, told):
    reader.post("/v1_0/article/likings", json={"target": published[3]})

    def is_told():
        page, is_remembered = told(reader, channel_id=channel_id)
        found = by_id(page)
        assert [found[i]["like_count"] for i in published] == [0, 0, 0, 1, 0, 0]
        return is_remembered

    eventually(is_told)


def test_an_author_who_has_renamed_himself_has_his_new_name(
    reader, channel_id, author, published, warm, told
):
    assert author.patch("/v1_0/user/profile", json={"name": "新的名字"}).status_code == 201

    def is_told():
        page, is_remembered = told(reader, channel_id=channel_id)
        found = by_id(page)
        assert {found[i]["aut_name"] for i in published[1:]} == {"新的名字"}
        return is_remembered

    eventually(is_told)
