"""What a reader searched for (user-app.md §11.3, redis.md §3)."""

from __future__ import annotations

import pytest

from tests.factories import SensitiveWordFactory, UserFactory
from tests.support.harness.threads import at_once

SEARCH = "/v1_0/search"
HISTORIES = "/v1_0/search/histories"


def search(client, *phrases, **query):
    for phrase in phrases:
        answer = client.get(SEARCH, query_string={"q": phrase, **query})
        assert answer.status_code == 200


def keywords(client):
    return client.get(HISTORIES).json["data"]["keywords"]


def test_the_latest_four_phrases_are_kept_newest_first(reader):
    search(reader, "一", "二", "三", "四", "五", "六")

    answer = reader.get(HISTORIES)

    assert answer.json == {"message": "OK", "data": {"keywords": ["六", "五", "四", "三"]}}


@pytest.mark.settings(search_history_size=6)
def test_how_many_are_kept_is_a_setting(reader):
    search(reader, *"一二三四五六七")

    assert keywords(reader) == list("七六五四三二")


def test_a_phrase_searched_again_moves_to_the_front_however_it_is_typed(reader):
    search(reader, "夜跑", "Python", "天文台", "ＰＹＴＨＯＮ", " 夜跑 ")

    assert keywords(reader) == ["夜跑", "ＰＹＴＨＯＮ", "天文台"]


def test_members_are_the_normalised_phrases(reader, redis):
    search(reader, "天文台", "  Big   Data ")

    members = redis.zrange(f"user:{reader.user.user_id}:his:searching", 0, -1)
    assert members == ["天文台".encode(), b"big data\nBig Data"]
    assert redis.ttl(f"user:{reader.user.user_id}:his:searching") == -1


@pytest.mark.parametrize("query", [{"page": 2}, {"page": 3, "per_page": 5}])
def test_only_first_pages_are_remembered(reader, query):
    search(reader, "夜跑", **query)

    assert keywords(reader) == []


def test_a_question_about_the_headers_is_not_remembered(reader):
    reader.head(f"{SEARCH}?q=a")

    assert keywords(reader) == []


def test_sensitive_phrases_and_refused_ones_are_not_remembered(reader):
    SensitiveWordFactory(word="坏词")

    search(reader, "有坏词的")
    reader.get(SEARCH, query_string={"q": "x" * 51})

    assert keywords(reader) == []


def test_histories_are_private(sign_in, anonymous):
    one, other = (sign_in(UserFactory()) for _ in range(2))

    search(one, "夜跑")
    search(anonymous, "天文台")

    assert (keywords(one), keywords(other)) == (["夜跑"], [])
    assert [getattr(anonymous, verb)(HISTORIES).status_code for verb in ("get", "delete")] == [
        401
    ] * 2


def test_a_history_can_be_forgotten(reader):
    search(reader, "夜跑")

    answers = [reader.delete(HISTORIES) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert keywords(reader) == []


@pytest.mark.parametrize("phrase", ["a} user:1:his", "{user:2}", "KEYS *", "a\u2028b", "夜跑 EX 5"])
def test_phrases_touch_no_other_keys(reader, redis, phrase):
    before = set(redis.scan_iter("*his*"))

    search(reader, phrase)

    assert set(redis.scan_iter("*his*")) - before == {
        f"user:{reader.user.user_id}:his:searching".encode()
    }


def test_searches_at_once_are_all_remembered_once(reader):
    for first in range(3):  # two of one reader at a time are served
        at_once(*(lambda n=n: search(reader, f"词{n % 3}") for n in (first, first + 1)))

    assert sorted(keywords(reader)) == ["词0", "词1", "词2"]


def test_without_store_nothing_is_remembered_and_searches_go_on(reader, valkey):
    search(reader, "夜跑")
    valkey.stop()

    answer = reader.get(f"{SEARCH}?q=a")
    empty = reader.get(HISTORIES)
    refused = reader.delete(HISTORIES)

    assert answer.status_code == 200
    assert (empty.status_code, empty.json["data"]) == (200, {"keywords": []})
    assert (refused.status_code, refused.json["message"]) == (507, "Unavailable service.")
