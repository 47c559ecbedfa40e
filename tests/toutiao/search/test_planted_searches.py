"""What nobody can make hot, and what is hot in spite of it (security.md row 113)."""

from __future__ import annotations

import pytest
import time_machine

from common.search import Kind
from common.services.behaviour import recording
from common.services.search import rebuilding
from common.services.search.hot_searches import hot_phrases
from common.utils import clock
from tests.factories import ArticleFactory, UserFactory
from tests.support.scenarios.feeding import withdraw

SEARCH = "/v1_0/search"
HOT = "/v1_0/search/hot"


def publish(*titles):
    return [ArticleFactory(published=True, title=title).article_id for title in titles]


def ask(client, typed, *, device=None, address="203.0.113.7"):
    headers = {"Authorization": f"Anony {device}"} if device else {}
    overrides = {"REMOTE_ADDR": address}
    query = {"q": typed}
    client.get(SEARCH, query_string=query, headers=headers, environ_overrides=overrides)


def hot(client):
    hot_phrases.invalidate(1)
    return [(each["keyword"], each["trend"]) for each in client.get(HOT).json["data"]["keywords"]]


@pytest.mark.parametrize(
    "machine",
    [
        [("device-1", "203.0.113.7"), ("device-2", "203.0.113.7"), ("device-3", "203.0.113.7")],
        [(None, "2001:db8:1:1::1"), (None, "2001:db8:1:1::2"), (None, "2001:db8:1:1:f::3")],
    ],
    ids=["many devices", "many addresses of one IPv6 network"],
)
def test_what_one_machine_searches_for_is_not_hot(anonymous, machine):
    publish("夜跑地图")

    for device, address in machine:
        ask(anonymous, "夜跑", device=device, address=address)
    recording.flush()

    assert hot(anonymous) == []


def test_visitors_of_different_addresses_are_different_people(anonymous):
    publish("夜跑地图")

    for address in ("203.0.113.7", "2001:db8:1:1::1", "2001:db8:1:2::1"):
        ask(anonymous, "夜跑", device="device-1", address=address)
    recording.flush()

    assert hot(anonymous) == [("夜跑", "up")]


def test_the_day_before_is_counted_by_people_too(anonymous):
    publish("夜跑地图")
    with time_machine.travel(clock.now_ms() / 1000 - 30 * 3600, tick=False):
        for number in range(9):
            ask(anonymous, "夜跑", device=f"device-{number}")
        recording.flush()
    for number in range(3):
        ask(anonymous, "夜跑", address=f"203.0.113.{number}")
    recording.flush()

    assert hot(anonymous) == [("夜跑", "up")]


def test_what_no_title_has_whole_is_not_hot_whatever_is_found_for_its_words(sign_in, anonymous):
    publish("夜跑地图", "加微信的人")
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    for client in [sign_in(UserFactory()) for _ in range(3)]:
        for typed in ("夜跑 加微信abc123", "地图"):
            answer = client.get(SEARCH, query_string={"q": typed})
            assert answer.json["data"]["total_count"] > 0
    recording.flush()

    assert hot(anonymous) == [("地图", "up")]


def test_a_title_that_readers_do_not_see_any_more_vouches_for_nothing(sign_in, anonymous):
    (article_id,) = publish("夜跑地图")
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    for client in [sign_in(UserFactory()) for _ in range(3)]:
        ask(client, "夜跑")
    recording.flush()
    before = hot(anonymous)

    withdraw(article_id)

    assert (before, hot(anonymous)) == ([("夜跑", "up")], [])


def test_what_was_only_typed_on_the_way_is_not_hot(sign_in, anonymous):
    publish("第一次跑半马的准备")
    for client in [sign_in(UserFactory()) for _ in range(3)]:
        for typed in ("第一次跑半", "第一次跑半马"):
            ask(client, typed)
    recording.flush()

    assert hot(anonymous) == [("第一次跑半马", "up")]
