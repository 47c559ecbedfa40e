"""Searching articles (user-app.md §11.1, search.md §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.utils import clock
from common.utils.constants import ArticleStatus, RelationKind
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    CommentFactory,
    UserFactory,
)
from tests.support.scenarios.accounts import lock_out, relate
from tests.support.scenarios.feeding import withdraw

SEARCH = "/v1_0/search"
REASON = 'Value does not match pattern: "^.{1,50}$"'


def find(client, q, **query):
    answer = client.get(SEARCH, query_string={"q": q, **query})
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def ids(data):
    return [each["art_id"] for each in data["results"]]


def publish(title, count=1, **values):
    return [ArticleFactory(published=True, title=title, **values).article_id for _ in range(count)]


def test_a_hit_is_a_list_item_with_its_author_and_figures(anonymous):
    cover = {"type": 1, "images": ["c/9f31.jpg"]}
    article = ArticleFactory(published=True, title="城市夜跑地图上线", cover=cover)
    CommentFactory(article_id=article.article_id)
    AttitudeFactory(article_id=article.article_id)

    data = find(anonymous, "夜跑")

    (item,) = data["results"]
    assert (data["total_count"], data["page"], data["per_page"]) == (1, 1, 10)
    assert item.keys() == {
        "art_id", "title", "aut_id", "aut_name", "pubdate", "ch_id", "is_top", "comm_count",
        "like_count", "cover",
        "collect_count",
    }  # fmt: skip
    assert (item["art_id"], item["title"]) == (article.article_id, "城市夜跑地图上线")
    assert item["cover"] == {"type": 1, "images": ["http://localhost/media/c/9f31.jpg"]}


@pytest.mark.parametrize(
    ("title", "q"),
    [
        ("城市夜跑地图", "城"),
        ("学习Python之路", "PYTHON"),
        ("学习Python之路", "  python之 "),
        ("学习Python之路", "ｐｙｔｈｏｎ"),
        ("春天，来了！", "春天，来了！"),
        ("a b", " a   b "),
        ("c++ 与 c#", "c++ 与"),
        ("100% 可靠", "100%"),
        ("snake_case", "e_c"),
        ("back\\slash", "k\\s"),
        ("it's / fine", "it's /"),
        ("夜\u200b跑", "夜\u200b跑"),
    ],
)
def test_titles_are_found_however_they_are_typed(anonymous, title, q):
    (expected,) = publish(title)
    publish("别的标题", 2)

    assert ids(find(anonymous, q)) == [expected]


@pytest.mark.parametrize(
    "q",
    ["%", "_", "\\", "*", "' OR 1=1--", "%%", "a_c", '{"script":1}', "field:secret", "/(a+)+$/",
     "AND AND", "NULL", "🏃"],
)  # fmt: skip
def test_what_looks_like_a_pattern_is_plain_text(anonymous, q):
    publish("abc")
    publish("普通标题")

    assert find(anonymous, q) == {"total_count": 0, "page": 1, "per_page": 10, "results": []}


@pytest.mark.parametrize(
    "q", ["x" * 51, "a\nb", "a\tb", "a\0b", "\x1b[31m", "\u200b", "x" * 10_000, "   ", "\ufdfa" * 3]
)
def test_what_is_no_phrase_is_refused(anonymous, q):
    answer = anonymous.get(SEARCH, query_string={"q": q})

    reasons = {REASON, "Missing required parameter in the query string"}
    assert answer.status_code == 400
    assert answer.json["errors"]["q"] in reasons


@pytest.mark.parametrize("query", ["", "q=", "page=1"])
def test_a_phrase_is_needed(anonymous, query):
    answer = anonymous.get(f"{SEARCH}?{query}")

    assert answer.json["errors"] == {"q": "Missing required parameter in the query string"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"), ("page", "x"), ("per_page", "101"), ("per_page", "0"), ("channel_id", "x"),
        ("channel_id", "-1"), ("channel_id", "404"), ("begin", "2023-02-29"), ("end", "x"),
        ("sort", "likes"), ("highlight", "maybe"),
    ],
)  # fmt: skip
def test_other_parameters_are_checked(anonymous, name, value):
    answer = anonymous.get(SEARCH, query_string={"q": "a", name: value})

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == [name]


def test_an_end_before_the_begin_is_refused(anonymous):
    answer = anonymous.get(f"{SEARCH}?q=a&begin=2024-05-02&end=2024-05-01")

    assert answer.json["errors"] == {"end": "Invalid date param."}


def test_pages_are_exact_newest_first_and_end(anonymous):
    expected = publish("夜跑", 23)[::-1]

    pages = [find(anonymous, "夜跑", page=page) for page in (1, 2, 3, 4)]

    assert [ids(page) for page in pages] == [expected[:10], expected[10:20], expected[20:], []]
    assert {page["total_count"] for page in pages} == {23}


def test_two_hundred_hits_are_found_at_most(anonymous):
    expected = publish("夜跑", 203)[::-1]

    first, last = (find(anonymous, "夜跑", per_page=100, page=page) for page in (1, 2))

    assert first["total_count"] == 200
    assert ids(first) + ids(last) == expected[:200]


@pytest.mark.parametrize(("page", "per_page"), [(101, 100), (10**9, 10), (5001, 2)])
def test_pages_behind_ten_thousand_hits_are_empty(anonymous, page, per_page):
    publish("夜跑", 3)

    data = find(anonymous, "夜跑", page=page, per_page=per_page)

    assert (data["total_count"], data["results"]) == (3, [])


@pytest.mark.parametrize("status", [each for each in ArticleStatus if each != 2])
def test_only_approved_articles_are_found(anonymous, status):
    ArticleFactory(title="夜跑", status=status)

    assert find(anonymous, "夜跑")["total_count"] == 0


def test_a_withdrawn_article_is_gone_at_once(anonymous):
    kept, gone = publish("夜跑", 2)
    find(anonymous, "夜跑")
    withdraw(gone)

    data = find(anonymous, "夜跑")

    assert (data["total_count"], ids(data)) == (1, [kept])


def test_who_is_disabled_or_blocked_is_not_found_and_pages_stay_full(reader, anonymous):
    hidden, blocked = UserFactory(), UserFactory()
    expected = publish("夜跑", 12)[::-1]
    publish("夜跑", 7, user_id=hidden.user_id)
    theirs = publish("夜跑", 5, user_id=blocked.user_id)[::-1]
    lock_out(hidden.user_id)
    relate(reader.user.user_id, blocked.user_id, RelationKind.BLACKLIST)

    pages = [find(reader, "夜跑", page=page) for page in (1, 2)]

    assert [ids(page) for page in pages] == [expected[:10], expected[10:]]
    assert {page["total_count"] for page in pages} == {12}
    assert ids(find(anonymous, "夜跑", per_page=100)) == theirs + expected


def test_a_channel_can_be_chosen(anonymous):
    channel = ChannelFactory().channel_id
    (expected,) = publish("夜跑", channel_id=channel)
    publish("夜跑", 2)

    assert ids(find(anonymous, "夜跑", channel_id=channel)) == [expected]
    assert find(anonymous, "夜跑", channel_id=0)["total_count"] == 3


def test_days_of_publication_can_be_chosen_both_included(anonymous):
    days = [clock.now().replace(hour=0, minute=0, second=0) - timedelta(days=n) for n in (9, 6, 3)]
    moments = [
        days[0] - timedelta(seconds=1), days[0], days[1], days[2] + timedelta(hours=23),
        days[2] + timedelta(days=1),
    ]  # fmt: skip
    found = [publish("夜跑", feed_ms=clock.to_ms(moment))[0] for moment in moments]
    begin, end = days[0].date().isoformat(), days[2].date().isoformat()

    data = find(anonymous, "夜跑", begin=begin, end=end, sort="time")

    assert ids(data) == found[3:0:-1]
    assert ids(find(anonymous, "夜跑", begin=begin)) == found[:0:-1]
    assert ids(find(anonymous, "夜跑", end=end)) == found[3::-1]


@pytest.mark.parametrize("flag", ["1", "true"])
def test_what_was_found_can_be_marked(anonymous, flag):
    publish("夜跑<b>与</b>夜跑", content="<p>周末的<i>夜跑</i> &amp; 早餐</p><script>夜跑</script>")

    (item,) = find(anonymous, "夜跑", highlight=flag)["results"]

    assert item["title"] == "夜跑<b>与</b>夜跑"
    assert item["highlight"] == {
        "title": "<em>夜跑</em>&lt;b&gt;与&lt;/b&gt;<em>夜跑</em>",
        "content": "周末的<em>夜跑</em> &amp; 早餐",
    }


def test_markers_in_a_title_are_not_ours(anonymous):
    publish("<em>夜跑</em>")

    (item,) = find(anonymous, "夜跑", highlight=1)["results"]

    assert item["highlight"]["title"] == "&lt;em&gt;<em>夜跑</em>&lt;/em&gt;"
    assert item["highlight"]["content"].count("<em>") == 1


@pytest.mark.parametrize(
    ("header", "status", "message"),
    [
        ("Bearer x.y.z", 401, "Token has some errors."),
        ("Bearer undefined", 200, "OK"),
        ("Anony device-1", 200, "OK"),
    ],
)
def test_a_token_must_be_a_good_one(anonymous, header, status, message):
    answer = anonymous.get(f"{SEARCH}?q=a", headers={"Authorization": header})

    assert (answer.status_code, answer.json["message"]) == (status, message)


def test_a_locked_out_reader_does_not_search(reader):
    lock_out(reader.user.user_id)

    answer = reader.get(f"{SEARCH}?q=a")

    assert (answer.status_code, answer.json["message"]) == (403, "User denied.")
