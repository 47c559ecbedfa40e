"""What many search for (search.md §3, security.md row 113)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from common import search
from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view
from common.models import BehaviourEvent, SensitiveWord
from common.search import Hits, Kind
from common.services.behaviour import recording
from common.services.moderation import hold_counts, sensitive_words
from common.services.search import rebuilding
from common.services.search.hot_searches import hot_phrases
from common.utils import clock
from common.utils.constants import BehaviourKind
from tests.factories import (
    ArticleFactory,
    BehaviourEventFactory,
    SensitiveWordFactory,
    UserFactory,
)
from tests.support.harness.engines import NoEngine

SEARCH = "/v1_0/search"
HOT = "/v1_0/search/hot"


def searched(keyword, subjects, *, hours_ago=1.0, times=1):
    """So many people have searched for it."""
    for subject in range(subjects):
        for _ in range(times):
            BehaviourEventFactory(
                kind=BehaviourKind.SEARCH,
                keyword=keyword,
                subject=f"subject{subject}",
                at=clock.now() - timedelta(hours=hours_ago),
            )


def publish(*titles):
    return [ArticleFactory(published=True, title=title).article_id for title in titles]


def hot(client):
    hot_phrases.invalidate(1)
    return [(each["keyword"], each["trend"]) for each in client.get(HOT).json["data"]["keywords"]]


class Tiring(NoEngine):
    """An engine that finds the same articles, so many times."""

    def __init__(self, answers, article_ids):
        self.answers, self.article_ids = answers, tuple(article_ids)

    def search(self, query, *, first, count):
        self.answers -= 1
        if self.answers < 0:
            raise DependencyUnavailable("search")
        return Hits(self.article_ids, len(self.article_ids))


def test_what_an_engine_knew_while_there_was_time_is_hot(anonymous):
    article_ids = publish("夜跑", "天文台", "春天")
    searched("夜跑", 5)
    searched("天文台", 4)
    searched("春天", 3)
    search.use(Tiring(2, article_ids))

    assert hot(anonymous) == [("夜跑", "up"), ("天文台", "up")]


def test_phrases_of_three_people_with_hits_are_hot_most_people_first(anonymous):
    publish("夜跑地图", "天文台", "春天")
    searched("天文台", 3)
    searched("夜跑", 5)
    searched("春天", 2)
    searched("没有这个", 9)

    answer = anonymous.get(HOT)

    assert answer.json == {
        "message": "OK",
        "data": {
            "keywords": [
                {"keyword": "夜跑", "trend": "up"},
                {"keyword": "天文台", "trend": "up"},
            ]
        },
    }


def test_one_who_searches_a_thousand_times_is_one(anonymous):
    publish("夜跑")
    searched("夜跑", 2, times=30)

    assert hot(anonymous) == []


def test_the_trend_compares_with_the_day_before(anonymous):
    publish("升", "平", "降")
    for keyword, before, now in (("升", 3, 4), ("平", 3, 3), ("降", 5, 3)):
        searched(keyword, now)
        searched(keyword, before, hours_ago=30)

    assert hot(anonymous) == [("升", "up"), ("平", "same"), ("降", "down")]


@pytest.mark.parametrize(("hours_ago", "expected"), [(23.9, 1), (24.1, 0)])
def test_only_the_last_day_counts(anonymous, hours_ago, expected):
    publish("夜跑")
    searched("夜跑", 3, hours_ago=hours_ago)

    assert len(hot(anonymous)) == expected


def test_ten_are_shown_at_most(anonymous):
    publish("甲乙丙丁戊己庚辛壬癸子丑寅卯")
    for keyword in "甲乙丙丁戊己庚辛壬癸子丑寅卯":
        searched(keyword, 3)

    assert len(hot(anonymous)) == 10


def test_no_more_is_asked_for_once_there_are_enough(anonymous):
    keywords = [chr(ord("一") + number) for number in range(30)]
    article_ids = publish("".join(keywords))
    for keyword in keywords:
        searched(keyword, 3)
    engine = Tiring(40, article_ids)
    search.use(engine)

    assert len(hot(anonymous)) == 10
    assert engine.answers == 40 - 20


@pytest.mark.parametrize("keyword", ["<b>", "a&b", "a>b"])
def test_markup_is_never_hot(anonymous, keyword):
    publish(keyword)
    searched(keyword, 3)

    assert hot(anonymous) == []


def test_a_sensitive_word_is_never_hot_from_the_moment_it_is_one(anonymous):
    publish("夜跑", "天文台")
    for keyword in ("夜跑", "天文台"):
        searched(keyword, 3)
    before = hot(anonymous)

    SensitiveWordFactory(word="夜跑")
    sensitive_words.forget()  # as after a second
    answer = anonymous.get(HOT)

    assert len(before) == 2
    assert [each["keyword"] for each in answer.json["data"]["keywords"]] == ["天文台"]


def test_searches_become_hot_by_themselves(sign_in, anonymous):
    publish("夜跑地图")
    clients = [sign_in(UserFactory()) for _ in range(3)]

    for client, typed in zip(clients, ("夜跑", " 夜跑 ", "夜跑"), strict=True):
        client.get(SEARCH, query_string={"q": typed})
    recording.flush()

    assert hot(anonymous) == [("夜跑", "up")]


def test_a_search_is_one_event_of_its_first_page(reader):
    for page in (1, 2):
        reader.get(SEARCH, query_string={"q": " ＡＢＣ  d", "page": page})
    recording.flush()

    refresh_view()
    events = db.session.execute(
        select(BehaviourEvent.kind, BehaviourEvent.subject, BehaviourEvent.keyword).where(
            BehaviourEvent.kind != BehaviourKind.VISIT
        )
    ).all()
    assert [tuple(event) for event in events] == [
        (BehaviourKind.SEARCH, str(reader.user.user_id), "abc d")
    ]


@pytest.mark.parametrize("phrase", ["坏词", "坏 词", "有坏\u200b词的", "坏-词"])
def test_a_sensitive_phrase_finds_nothing_and_is_counted_but_not_recorded(reader, phrase):
    publish("坏词", "有坏词的")
    SensitiveWordFactory(word="坏词")

    answer = reader.get(SEARCH, query_string={"q": phrase})
    recording.flush()
    hold_counts.flush()

    refresh_view()
    assert answer.json["data"] == {"total_count": 0, "page": 1, "per_page": 10, "results": []}
    assert db.session.scalar(select(SensitiveWord.hold_count)) == 1
    kinds = db.session.scalars(select(BehaviourEvent.kind)).all()
    assert set(kinds) <= {BehaviourKind.VISIT}


def test_a_hot_list_costs_one_stage_and_no_sql_when_warm(anonymous, cost):
    publish("夜跑")
    searched("夜跑", 3)
    anonymous.get(HOT)
    sensitive_words.find("warm")

    with cost() as spent:
        anonymous.get(HOT)

    assert spent.stages == 1
    assert spent.sql <= 1  # once a second the list of words is compared


def test_a_hot_list_made_anew_costs_two_statements_however_many_are_hot(anonymous, cost):
    publish("夜跑", "天文台", "春天")
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    for keyword in ("夜跑", "天文台", "春天"):
        searched(keyword, 3)
    hot(anonymous)
    hot_phrases.invalidate(1)

    with cost() as spent:
        answer = anonymous.get(HOT)

    assert len(answer.json["data"]["keywords"]) == 3
    assert spent.sql <= 2 + 1  # once a second the list of words is compared


def test_a_misspelt_phrase_is_never_hot(anonymous):
    publish("经典歌曲")
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    searched("景典", 5)
    searched("经典", 3)

    assert [keyword for keyword, _ in hot(anonymous)] == ["经典"]
