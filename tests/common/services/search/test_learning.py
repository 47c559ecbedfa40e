"""Phrases that many searched for become suggestions, and cannot be planted (security.md 113)."""

from __future__ import annotations

from datetime import timedelta

import pytest

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
from tests.support.feeding import withdraw


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
    searched("城市夜", "1", "2", "3", "4")
    searched("城市夜跑", "1", "2", "3")
    searched("城市", *map(str, range(20)))

    learning.learn()

    assert options(anonymous, "城市") == ["城市", "城市夜跑"]


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
