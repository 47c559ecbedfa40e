"""Phrases that many searched for become suggestions, and cannot be planted (security.md 113)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common import search
from common.search import Kind
from common.services.behaviour import recording
from common.services.moderation import sensitive_words
from common.services.search import learning, rebuilding
from common.utils import clock
from common.utils.constants import BehaviourKind
from tests.factories import (
    ArticleFactory,
    BehaviourEventFactory,
    SensitiveWordFactory,
    UserFactory,
)
from tests.support.scenarios.feeding import withdraw


def searched(keyword, *subjects, days_ago=1, ip_hash=None):
    for subject in subjects:
        BehaviourEventFactory(
            kind=BehaviourKind.SEARCH,
            keyword=keyword,
            subject=subject,
            ip_hash=ip_hash,
            at=clock.now() - timedelta(days=days_ago),
        )


def publish(*titles):
    made = [ArticleFactory(published=True, title=title).article_id for title in titles]
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    return made


def search_for(client, *phrases, **options):
    for phrase in phrases:
        client.get("/v1_0/search", query_string={"q": phrase}, **options)


def options(client, typed):
    return client.get("/v1_0/suggestion", query_string={"q": typed}).json["data"]["options"]


def test_what_three_people_asked_for_is_suggested_before_titles(anonymous):
    publish("夜跑的城市", "去城市夜跑")
    searched("城市夜跑", "1", "2", "3")

    learning.learn()

    assert options(anonymous, "城市") == ["城市夜跑"]
    assert options(anonymous, "chengshiyep") == options(anonymous, "csyp") == ["城市夜跑"]
    assert options(anonymous, "夜跑") == ["夜跑的城市"]


def test_a_search_of_three_readers_is_learned_by_itself(sign_in, anonymous):
    publish("去城市夜跑")
    for client in [sign_in(UserFactory()) for _ in range(3)]:
        client.get("/v1_0/search", query_string={"q": "城市夜跑"})
    recording.flush()

    learning.learn()

    assert options(anonymous, "城市") == ["城市夜跑"]


@pytest.mark.parametrize(
    "plant",
    [
        lambda: searched("竞品更好", *["1"] * 1000, "2"),
        # Devices of one machine, whatever they call themselves.
        lambda: searched("竞品更好", *[f"{n:064x}" for n in range(50)], ip_hash="a" * 16),
        lambda: searched("竞品更好", "1", "2", "3", days_ago=31),
    ],
    ids=["few people", "one machine", "long ago"],
)
def test_what_few_asked_for_is_not_learned(anonymous, plant):
    publish("都说竞品更好")
    plant()

    learning.learn()

    assert options(anonymous, "竞品") == []


@pytest.mark.parametrize("keyword", ["坏词大全", "没有这个标题", "城市<b>", "城"])
def test_what_is_sensitive_in_no_title_or_no_phrase_is_not_learned(anonymous, keyword):
    SensitiveWordFactory(word="坏词")
    publish("标题里的坏词大全", "去城市<b>夜跑")
    searched(keyword, "1", "2", "3")

    learning.learn()

    assert options(anonymous, keyword[:1]) == []


@pytest.mark.parametrize("typed", ["c++", "C++入"])
def test_a_sign_that_makes_a_word_another_one_is_heeded(anonymous, typed):
    publish("城市夜跑", "C++入门")
    for keyword in ("城市夜跑", "c++入门"):
        searched(keyword, "1", "2", "3")
    learning.learn()

    assert {"城市夜跑", "c++入门"} <= set(options(anonymous, "c"))
    assert "城市夜跑" not in options(anonymous, typed)
    assert "c++入门" in options(anonymous, typed)


def test_a_word_that_becomes_sensitive_is_suggested_no_more(anonymous):
    publish("去城市夜跑")
    searched("城市夜跑", "1", "2", "3")
    learning.learn()
    before = options(anonymous, "城市")

    SensitiveWordFactory(word="夜跑")
    sensitive_words.forget()  # as after a second

    assert before == ["城市夜跑"]
    assert options(anonymous, "城市") == []


def test_what_many_typed_on_from_is_not_learned(anonymous):
    publish("去城市夜跑", "去城市公园")
    searched("城市夜", "1", "2", "3", "4", days_ago=3)
    searched("城市夜跑", "1", "2", "3", days_ago=2)
    searched("城市", *map(str, range(20)))

    learning.learn()

    assert options(anonymous, "城市") == ["城市", "城市夜跑"]


@pytest.mark.parametrize(
    ("typed", "pause", "expected"),
    [
        (("第一次跑半",), 1, []),
        (("第一次跑半",), 10, []),
        (("第一次跑半", "第一次跑半", "第一次"), 3, []),  # asked again, and taken back
        (("第一次跑半",), 11, ["第一次跑半"]),
    ],
    ids=["at once", "just in time", "with detours", "later"],
)
def test_what_each_typed_on_from_at_once_is_not_learned(sign_in, anonymous, typed, pause, expected):
    publish("我的第一次跑半马", "你的第一次跑半程", "他的第一次跑半山")
    with time_machine.travel("2026-05-01T23:59:57+08:00", tick=False) as time:
        for whole in ("第一次跑半马", "第一次跑半程", "第一次跑半山"):
            client = sign_in(UserFactory())
            search_for(client, *typed)
            time.shift(pause)
            search_for(client, whole)
        recording.flush()

        learning.learn()

        assert options(anonymous, "第一次") == expected


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1::3", "2001:db8:1:1:f::4"], []),
        (["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"], ["城市夜跑"]),
        (["203.0.113.7", "203.0.113.8", "2001:db8:1:1::1"], ["城市夜跑"]),
    ],
    ids=["one network", "three networks", "of both kinds"],
)
def test_visitors_are_told_apart_by_their_networks(anonymous, addresses, expected):
    publish("去城市夜跑")
    for address in addresses:
        search_for(anonymous, "城市夜跑", environ_overrides={"REMOTE_ADDR": address})
    recording.flush()

    learning.learn()

    assert options(anonymous, "城市") == expected


def test_users_with_ids_of_any_length_are_people_of_their_own(anonymous):
    publish("去城市夜跑")
    searched("城市夜跑", *[str(2**62 + n) for n in range(3)], ip_hash="a" * 16)

    learning.learn()

    assert options(anonymous, "城市") == ["城市夜跑"]


def test_what_is_learned_costs_no_statement_for_each_phrase(runtime, cost):
    publish("去城市夜跑", "河边的早市", "看天文台")
    searched("城市夜跑", "1", "2", "3")
    learning.learn()

    with cost() as of_one:
        learning.learn()
    for keyword in ("早市", "天文台"):
        searched(keyword, "1", "2", "3")
    learning.learn()
    with cost() as of_three:
        learning.learn()

    assert of_three.sql == of_one.sql


def test_a_phrase_goes_with_the_article_that_vouched_for_it(anonymous):
    (article_id,) = publish("去城市夜跑")
    searched("城市夜跑", "1", "2", "3")
    learning.learn()
    before = options(anonymous, "城市")

    withdraw(article_id)

    assert before == ["城市夜跑"]
    assert options(anonymous, "城市") == []
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    assert learning.learn().rows_changed == 1
    assert search.engine().is_ready(Kind.PUBLIC)


def test_learning_twice_changes_nothing(runtime):
    publish("去城市夜跑")
    searched("城市夜跑", "1", "2", "3")

    assert [learning.learn().rows_changed for _ in range(2)] == [1, 0]
