"""Operators keep and try the list of sensitive words (contract/admin.md §2.39 to §2.41)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.extensions.db import db, refresh_view
from common.models import SensitiveWord
from common.services.moderation import hold_counts
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus
from common.utils.observing import metering
from tests.factories import (
    AllowPhraseFactory,
    ArticleFactory,
    ChannelFactory,
    CommentFactory,
    SensitiveWordFactory,
    UserFactory,
)
from tests.support.harness.waiting import eventually
from tests.support.scenarios.operators import MIS, operations, told

WORDS = f"{MIS}/sensitive_words"
WARNING = "单个常用字会命中大量正常内容，仅提示审核，不会拒绝发布。"


def make(client, word="坏东西", weights=5, **members):
    """A new word, as answered."""
    answer = client.post(WORDS, json={"word": word, "weights": weights, **members})
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def hits(client, text):
    """Word, place and rule of what is found in a text."""
    found = client.post(f"{WORDS}/test", json={"text": text}).json["data"]["hits"]
    return [(hit["word"], hit["begin"], hit["end"], hit["rule"]) for hit in found]


def test_a_word_is_listed_looked_for_edited_and_forgotten(admin, sign_in):
    made = make(admin, mode=2)
    path = f"{WORDS}/{made['id']}"
    assert (made["word"], made["weights"], made["mode"], made["hold_count"]) == ("坏东西", 5, 2, 0)
    assert made["create_time"] == made["update_time"]
    assert admin.get(path).json["data"] == made
    assert admin.get(WORDS).json["data"] == {"words": [made], "total_count": 1}

    edited = admin.put(path, json={"weights": 0, "mode": 0}).json["data"]

    assert (edited["word"], edited["weights"], edited["mode"]) == ("坏东西", 0, 0)
    target = ArticleFactory(published=True).article_id
    reader = sign_in(UserFactory())
    answer = reader.post("/v1_0/comments", json={"target": target, "content": "坏东西"})
    assert answer.status_code == 201
    hold_counts.flush()
    assert admin.get(path).json["data"]["hold_count"] == 1
    assert admin.delete(path).status_code == 204
    assert admin.delete(path).status_code == 204
    assert admin.get(WORDS).json["data"]["total_count"] == 0
    assert told() == ["新增: 敏感词 坏东西", "修改: 敏感词 坏东西", "删除: 敏感词 坏东西"]
    assert operations()[1].changes == {"weights": [5, 0], "mode": [2, 0]}


def test_what_is_unknown_or_there_already_is_refused_with_the_contracts_words(admin):
    SensitiveWordFactory(word="别的词")
    made = make(admin)

    for method in ("GET", "PUT"):
        answer = admin.open(f"{WORDS}/404", method=method, json={})
        assert (answer.status_code, answer.json) == (403, {"message": "404 is not exists"})
    again = admin.post(WORDS, json={"word": " 坏东西 ", "weights": 1})
    assert (again.status_code, again.json) == (403, {"message": "坏东西 already exists"})
    taken = admin.put(f"{WORDS}/{made['id']}", json={"word": "别的词"})
    assert (taken.status_code, taken.json) == (403, {"message": "别的词 already exists"})
    assert len(operations()) == 1


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"weights": 1}, "word", "Missing required parameter in the JSON body"),
        ({"word": "词"}, "weights", "Missing required parameter in the JSON body"),
        ({"word": " ", "weights": 1}, "word", 'Value does not match pattern: "^.{1,50}$"'),
        ({"word": "词" * 51, "weights": 1}, "word", 'Value does not match pattern: "^.{1,50}$"'),
        ({"word": "词", "weights": -1}, "weights",
         "Invalid weights: -1. weights must be a non-negative integer"),
        ({"word": "词", "weights": 1, "mode": 4}, "mode",
         "Invalid argument: 4. argument must be within the range 0 - 3"),
    ],
)  # fmt: skip
def test_a_malformed_word_is_refused(refuses, body, name, reason):
    refuses("POST", WORDS, [({"json": body}, {name: reason})])


def test_a_list_is_filtered_and_ordered(admin):
    first = SensitiveWordFactory(word="甲100%", update_time=clock.now() - timedelta(days=1)).id
    second = SensitiveWordFactory(word="乙Word", update_time=clock.now()).id
    third = SensitiveWordFactory(word="丙100", update_time=clock.now() - timedelta(days=2)).id

    def listed(**query):
        data = admin.get(WORDS, query_string=query).json["data"]
        return [row["id"] for row in data["words"]], data["total_count"]

    assert listed() == ([second, first, third], 3)
    assert listed(order_by="id", page=2, per_page=2) == ([third], 3)
    assert listed(word="100%") == ([first], 1)
    assert listed(word="word") == ([second], 1)


def test_a_list_costs_two_statements(admin):
    for _ in range(30):
        SensitiveWordFactory()
    admin.get(WORDS)

    with metering.measure() as cost:
        admin.get(WORDS, query_string={"per_page": 30})

    assert cost.sql == 2


@pytest.mark.parametrize("word", ["的", "a", "7", "Ａ"])
def test_a_word_of_one_common_character_is_accepted_with_a_warning_and_never_refuses(
    admin, author, word
):
    text = f"我 {word}。"

    made = make(admin, word=word, weights=10_000)

    assert made["warning"] == WARNING
    assert "warning" not in make(admin, word="坏东西")
    assert [hit[0] for hit in hits(admin, text)] == [word]
    draft = {
        "title": f"这个题目有 {word}。",
        "content": f"<p>{text}</p>",
        "cover": {"type": 0, "images": []},
        "channel_id": ChannelFactory().channel_id,
    }
    submitted = author.post("/mp/v1_0/articles?draft=false", json=draft)
    assert submitted.status_code == 201, submitted.text
    profile = author.patch("/v1_0/user/profile", json={"intro": text})
    assert profile.status_code == 201, profile.text


def test_a_text_is_tried_with_place_word_and_rule(admin):
    SensitiveWordFactory(word="加微信", weights=3)
    SensitiveWordFactory(word="赌博")
    AllowPhraseFactory(phrase="禁止赌博")

    assert hits(admin, "好，加*微信，禁止赌博，来堵博") == [
        ("加微信", 2, 6, "separated"),
        ("赌博", 13, 15, "same_sound"),
    ]
    assert hits(admin, "<p>加<b>微</b>信</p>") == [("加微信", None, None, "literal")]
    assert hits(admin, "好") == []
    hold_counts.flush()
    assert {row["hold_count"] for row in admin.get(WORDS).json["data"]["words"]} == {0}


def test_a_text_shows_a_hundred_places_at_most(admin):
    SensitiveWordFactory(word="坏东西")

    answer = admin.post(f"{WORDS}/test", json={"text": "坏东西，" * 20_000}).json["data"]

    assert (len(answer["hits"]), answer["total_count"]) == (100, 100)


def test_a_phrase_shields_and_is_taken_back(admin):
    SensitiveWordFactory(word="发票")
    allowed = f"{WORDS}/allowed"
    assert hits(admin, "发票代码") != []

    made = admin.post(allowed, json={"phrase": "发票代码"})

    assert made.status_code == 201
    eventually(lambda: hits(admin, "发票代码") == [])
    assert admin.get(allowed).json["data"] == {"phrases": [made.json["data"]], "total_count": 1}
    again = admin.post(allowed, json={"phrase": "发票代码"})
    assert (again.status_code, again.json) == (403, {"message": "发票代码 already exists"})
    for _ in range(2):
        assert admin.delete(allowed, json={"phrase": "发票代码"}).status_code == 204
    eventually(lambda: hits(admin, "发票代码") != [])
    assert told() == ["新增: 敏感词白名单 发票代码", "删除: 敏感词白名单 发票代码"]


def test_a_word_is_tried_on_the_texts_of_last_week(admin):
    now = clock.now()
    article = ArticleFactory(published=True, title="代开发票", create_time=now)
    ArticleFactory(status=ArticleStatus.DRAFT, title="代开发票", create_time=now)
    ArticleFactory(published=True, title="代开发票", create_time=now - timedelta(days=8))
    ArticleFactory(published=True, title="开发票据系统", create_time=now)
    body = ArticleFactory(published=True, content="<p>要<b>发</b>票吗</p>", create_time=now)
    comment = CommentFactory(article_id=article.article_id, content="有法票", create_time=now)
    CommentFactory(
        article_id=article.article_id, content="发票", status=CommentStatus.DELETED, create_time=now
    )
    AllowPhraseFactory(phrase="代开发票")

    trial = admin.post(f"{WORDS}/trial", json={"word": "发票", "mode": 0}).json["data"]

    assert (trial["count"], trial["checked"], trial["is_complete"]) == (2, 4, True)
    assert {(each["kind"], each["id"], each["rule"]) for each in trial["texts"]} == {
        ("article", body.article_id, "literal"),
        ("comment", comment.comment_id, "same_sound"),
    }
    assert told() == []
    assert refresh_view() is None
    assert db.session.query(SensitiveWord).count() == 0


def test_a_trial_shows_twenty_texts_and_costs_few_statements(admin):
    article = ArticleFactory(published=True, title="好", create_time=clock.now()).article_id
    for _ in range(30):
        CommentFactory(article_id=article, content="坏东西", create_time=clock.now())
    body = {"word": "坏东西", "mode": 2}
    admin.post(f"{WORDS}/trial", json=body)

    with metering.measure() as cost:
        trial = admin.post(f"{WORDS}/trial", json=body).json["data"]

    assert (trial["count"], len(trial["texts"])) == (30, 20)
    assert cost.sql == 4


def test_twenty_thousand_words_are_imported_in_few_statements_with_one_log_entry(admin):
    known = SensitiveWordFactory(word="词0", weights=1, mode=2, hold_count=7)
    id_ = known.id
    words = [{"word": f"词{number}", "weights": 3} for number in range(20_000)]

    with metering.measure() as cost:
        answer = admin.post(f"{WORDS}/import", json={"words": words})

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 20_000})
    assert cost.sql <= 12
    assert admin.get(WORDS).json["data"]["total_count"] == 20_000
    kept = admin.get(f"{WORDS}/{id_}").json["data"]
    assert (kept["weights"], kept["mode"], kept["hold_count"]) == (3, 2, 7)
    assert told() == ["新增: 敏感词 批量导入 20000 个"]
    eventually(lambda: hits(admin, "词19999") != [])


def test_an_import_sets_modes_where_they_are_given_and_the_last_of_a_name_counts(admin):
    words = [
        {"word": "甲词", "weights": 1},
        {"word": "乙词", "weights": 1, "mode": 3},
        {"word": "甲词", "weights": 2, "mode": 1},
    ]

    answer = admin.post(f"{WORDS}/import", json={"words": words})

    assert answer.json["data"] == {"count": 2}
    listed = admin.get(WORDS, query_string={"order_by": "id"}).json["data"]["words"]
    found = {row["word"]: (row["weights"], row["mode"]) for row in listed}
    assert found == {"甲词": (2, 1), "乙词": (1, 3)}


def test_an_import_with_one_bad_word_stores_nothing(admin):
    words = [{"word": "好词", "weights": 1}, {"word": "", "weights": 1}]

    assert admin.post(f"{WORDS}/import", json={"words": words}).status_code == 400
    assert admin.post(f"{WORDS}/import", json={"words": []}).status_code == 400
    too_many = [{"word": f"{number}", "weights": 1} for number in range(20_001)]
    assert admin.post(f"{WORDS}/import", json={"words": too_many}).status_code == 400
    assert admin.get(WORDS).json["data"]["total_count"] == 0
