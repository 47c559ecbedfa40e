"""What was asked for in vain and then comes from elsewhere is found within a second (redis.md §4).

The factories write rows as other programs do: nobody tells the caches.
"""

from __future__ import annotations

import pytest

from common.cache.engine import absences
from common.cache.engine.local import first_level
from tests.factories import (
    AnnouncementFactory,
    ArticleFactory,
    ChannelFactory,
    CommentFactory,
    UserFactory,
)
from tests.support.scenarios.feeding import now_ms, publish

ID = 318_204_775_501


@pytest.fixture
def a_second_passes():
    """What is kept in the process for a second is forgotten."""

    def pass_() -> None:
        absences.forget()
        first_level.clear()

    return pass_


@pytest.fixture
def a_long_second(runtime):
    """However slow the test is, it happens within the second."""
    absences.trust(seconds=60.0)


def make_user():
    UserFactory(user_id=ID)


def make_article():
    ArticleFactory(article_id=ID, published=True)


def make_announcement():
    AnnouncementFactory(announcement_id=ID)


ALONE = {
    "user": (f"/v1_0/users/{ID}", make_user),
    "article": (f"/v1_0/articles/{ID}", make_article),
    "announcement": (f"/v1_0/announcements/{ID}", make_announcement),
}


@pytest.mark.parametrize("what", ALONE)
def test_what_is_alone_is_found(reader, a_second_passes, what):
    path, make = ALONE[what]
    assert reader.get(path).status_code in (400, 404)
    make()
    a_second_passes()

    assert reader.get(path).status_code == 200
    assert reader.get(path).status_code == 200


@pytest.mark.usefixtures("a_long_second")
@pytest.mark.parametrize("what", ALONE)
def test_until_then_nobody_asks_sql_again(reader, cost, what):
    path, _ = ALONE[what]
    for _ in range(2):
        reader.get(path)

    with cost() as spent:
        answers = [reader.get(path).status_code for _ in range(5)]

    assert 200 not in answers
    assert spent.sql == 0


@pytest.mark.usefixtures("a_long_second")
def test_a_second_later_one_question_is_enough_for_many(reader, cost, a_second_passes):
    path, _ = ALONE["announcement"]
    reader.get(path)
    a_second_passes()

    with cost() as spent:
        for _ in range(20):
            reader.get(path)

    assert spent.sql == 1


def test_a_comment_that_was_answered_in_vain_can_be_answered(reader, channel_id, a_second_passes):
    (article_id,) = publish(1, channel_id)
    reply = {"target": ID, "art_id": article_id, "content": "是的"}
    assert reader.post("/v1_0/comments", json=reply).status_code == 400
    CommentFactory(comment_id=ID, article_id=article_id)
    a_second_passes()

    assert reader.post("/v1_0/comments", json=reply).status_code == 201


LISTS = {
    "announcements": "/v1_0/announcements",
    "comments": "/v1_0/comments?type=a&source={article}",
    "articles": "/v1_0/users/{author}/articles",
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_that_was_empty_has_what_came(reader, channel_id, a_second_passes, what):
    author_id = UserFactory(verified=True).user_id
    (article_id,) = publish(1, channel_id)
    path = LISTS[what].format(article=article_id, author=author_id)
    make = {
        "announcements": AnnouncementFactory,
        "comments": lambda: CommentFactory(article_id=article_id),
        "articles": lambda: publish(1, channel_id, user_id=author_id),
    }[what]
    assert reader.get(path).json["data"]["total_count"] == 0
    make()
    a_second_passes()

    assert [reader.get(path).json["data"]["total_count"] for _ in range(2)] == [1, 1]


def test_announcements_that_came_are_in_a_list_that_was_not_empty(reader, a_second_passes):
    AnnouncementFactory()
    assert reader.get("/v1_0/announcements").json["data"]["total_count"] == 1
    AnnouncementFactory()
    a_second_passes()

    answers = [reader.get("/v1_0/announcements").json["data"] for _ in range(2)]

    assert [(answer["total_count"], len(answer["results"])) for answer in answers] == [(2, 2)] * 2


def test_a_channel_that_came_has_a_feed(reader, channel_id, a_second_passes):
    path = "/v1_1/articles?channel_id={}&timestamp={}"
    assert reader.get(path.format(channel_id, now_ms())).status_code == 200
    new = ChannelFactory().channel_id
    assert reader.get(path.format(new + 1, now_ms())).status_code == 400
    a_second_passes()

    assert reader.get(path.format(new, now_ms())).status_code == 200
