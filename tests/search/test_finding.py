"""What is found, in which order, and how many there are (search.md §3, additions.md 6)."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta

import pytest

from common.search.analysis import analysed, text_of_content, text_of_title
from common.search.interface import Kind, Query
from common.utils import clock
from common.utils.parameters.phrases import Phrase
from tests.search.conftest import SOME_DAY, document

# Fifty different characters that stand in most texts.
FREQUENT = (
    "的一是了我不人在他有这个上们来到时大地为子中你说"
    "生国年着就那和要她出也得里后自以会家可下而过天去"
)


def hits(engine, phrase, *, first=0, count=10, **conditions):
    return engine.search(Query(Phrase.of(phrase), **conditions), first=first, count=count)


@pytest.mark.parametrize(
    ("title", "phrase"),
    [
        ("安装简单", "简单"), ("测试工具箱", "工具"), ("C++ 与 C#", "c++"), ("C++ 与 C#", "C#"),
        ("初识 .NET 平台", ".NET"), ("5G 来了", "5G"), ("iPhone15 发布", "iPhone15"),
        ("2026年大事", "2026年"), ("2026年大事", "二〇二六"), ("二〇二六年大事", "2026年"),
        ("城市夜跑地图", "城"), ("學習編程", "学习编程"), ("学习编程", "學習編程"),
    ],
)  # fmt: skip
def test_titles_are_found_however_they_are_asked_for(put, find, title, phrase):
    (expected,) = put(title)
    put("别的事情", "无关之物")

    assert find(phrase) == [expected]


@pytest.mark.parametrize(
    "phrase", ["c++", "C#", ".NET", "5G", "iPhone15", "2026年", "二〇二六", "２０２６年", "鑫"]
)
def test_names_and_numbers_are_found_in_texts_and_nothing_else_with_them(put, find, phrase):
    (expected,) = put(
        "标题", content="<p>用C++与C#写，不用.NET；5G时代的iPhone15，2026年见。鑫</p>"
    )
    put("别的", content="<p>C语言，互联网net，4G与G，iPad14，2025年和26岁，金银</p>")

    assert find(phrase) == [expected]


def test_who_asks_for_a_word_finds_what_has_its_synonym_behind(put, find):
    synonym, literal = put("移动电话的历史", "关于手机的一本很长很长很长很长很长很长的书")

    assert find("手机") == [literal, synonym]


def test_texts_are_found_without_their_markup(put, find):
    (expected,) = put("标题", content="<div><p>周末的夜跑</p><a href='http://a.cn'>链接</a></div>")

    assert find("夜跑") == [expected]
    assert find("div") == find("href") == find("http") == []


def test_literal_hits_come_before_other_spellings_and_never_among_them(put, find):
    folded = put("臺灣旅遊", "臺灣小吃", "ＡＢＣ手册")
    literal = put("关于台湾的一本很长很长很长很长很长很长的书", "abc 与其他许多许多许多许多事情")

    assert find("台湾") == [literal[0], *sorted(folded[:2], reverse=True)]
    assert find("臺灣")[:2] == sorted(folded[:2], reverse=True)
    assert find("abc") == [literal[1], folded[2]]


def test_what_nothing_has_is_corrected_and_what_something_has_is_not(engine, put):
    classic, docker = put("经典歌曲", "Docker 入门")

    corrected = hits(engine, "景点")
    slip = hits(engine, "dokcer")
    sight = put("海边景点")
    literal = hits(engine, "景点")

    assert (corrected.article_ids, corrected.corrected) == ((classic,), "经典")
    assert (slip.article_ids, slip.corrected) == ((docker,), "docker")
    assert (list(literal.article_ids), literal.corrected) == (sight, None)


def test_one_wrong_word_of_two_is_corrected(engine, put):
    (expected,) = put("铁树开花")

    found = hits(engine, "铁树 开话")

    assert (found.article_ids, found.corrected) == ((expected,), "铁树 开花")


def test_pinyin_never_widens_results(put, find):
    put("铁树开花")

    assert find("tieshu") == find("ts") == []


def test_equals_come_newest_first_page_by_page_with_the_exact_total(engine, put):
    expected = put(*["夜跑地图"] * 137)[::-1]
    for extra in range(3):  # other segments
        expected = put(*["夜跑地图"] * (extra + 1))[::-1] + expected

    pages = [hits(engine, "夜跑", first=first, count=10) for first in range(0, 150, 10)]

    assert [id_ for page in pages for id_ in page.article_ids] == expected
    assert {page.total for page in pages} == {143}


def test_filters_hold_for_hits_and_totals(engine, put):
    day = timedelta(days=1)
    put("夜跑", channel_id=2, author_id=3, published_at=SOME_DAY)
    (expected,) = put("夜跑", channel_id=2, author_id=4, published_at=SOME_DAY + day)
    put("夜跑", channel_id=5, author_id=4, published_at=SOME_DAY + day)

    conditions = [
        {"channel_id": 2, "without_authors": frozenset({3, 9})},
        {"channel_id": 2, "begin": SOME_DAY + day},
        {"channel_id": 2, "begin": SOME_DAY + day, "end": SOME_DAY + 2 * day},
    ]
    for condition in conditions:
        found = hits(engine, "夜跑", **condition)
        assert (found.article_ids, found.total) == ((expected,), 1)
    assert hits(engine, "夜跑", end=SOME_DAY).total == 0
    assert hits(engine, "夜跑", channel_id=2).authors[expected] == 4


def test_what_is_older_than_1970_is_as_old_as_that(engine, put):
    (old,) = put("夜跑", published_at=datetime.fromisoformat("1950-01-01"))
    (new,) = put("夜跑")

    assert hits(engine, "夜跑", begin=datetime.fromisoformat("1960-01-01")).total == 2
    assert hits(engine, "夜跑", end=datetime.fromisoformat("1960-01-01")).total == 0
    assert hits(engine, "夜跑", sort="time").article_ids == (new, old)


def test_time_orders_hits_of_all_spellings(put, find):
    old, new = put("夜跑夜跑夜跑"), put("昨晚夜跑")
    traditional = put("夜跑與晨跑")

    assert find("夜跑", sort="time") == [*traditional, *new, *old]


def test_a_blend_lifts_what_is_fresh_and_read_but_passes_no_much_better_hit(put, find):
    now = clock.now()
    (old,) = put("夜跑路线", published_at=now - timedelta(days=900))
    (fresh,) = put("夜跑路线", published_at=now)
    (read,) = put("夜跑路线", published_at=now - timedelta(days=900), readings=1_000_000)
    (weak,) = put(
        "关于城市里的许多事情和别的许多许多事情也有夜跑", published_at=now, readings=1_000_000
    )

    assert find("夜跑路线", sort="relevance") == [read, fresh, old, weak]
    assert find("夜跑路线", sort="blend") in ([fresh, read, old, weak], [read, fresh, old, weak])
    assert find("夜跑路线", sort="blend", first=2, count=1) == [old]


def test_own_articles_are_found_by_their_author_alone(engine, put):
    put("夜跑", author_id=7)
    mine = put("夜跑草稿", "别的草稿", own=True, author_id=7)
    put("夜跑草稿", own=True, author_id=8)

    found = hits(engine, "夜跑", owner_id=7)

    assert (list(found.article_ids), found.total) == ([mine[0]], 1)


@pytest.mark.parametrize("sort", ["relevance", "time", "blend"])
def test_a_page_far_beyond_all_hits_has_their_total(engine, put, sort):
    put("夜跑", "夜跑路线")
    query = Query(Phrase.of("夜跑"), sort=sort)

    totals = [engine.search(query, first=first, count=0).total for first in (50_000, 10**9)]

    assert totals == [2, 2]


@pytest.mark.parametrize(
    "phrase",
    ["鑫", "的了是", "的", "🏃", "夜" * 50, "!!!", "a" * 50, FREQUENT, " ".join(FREQUENT[:25])],
)
def test_odd_phrases_are_answered(engine, put, phrase):
    put("夜跑的地图", "汇鑫期货")

    found = hits(engine, phrase)

    assert found.total == len(found.article_ids)


def test_scores_are_those_of_plain_bm25(engine):
    texts = {
        1: ("夜跑地图", "<p>城市的夜跑路线和地图</p>"),
        2: ("城市夜跑", "<p>夜跑夜跑夜跑</p>"),
        3: ("早餐", "<p>夜跑以后的早餐</p>"),
        4: ("天文台", "<p>看星星</p>"),
    }
    engine.index([document(id_, *text) for id_, text in texts.items()])

    for phrase in ("夜跑", "城市地图", "早餐 夜跑"):
        expected = plain_bm25(texts, phrase)
        found = {id_: engine.explain(Query(Phrase.of(phrase)), id_).score for id_ in texts}
        assert found == pytest.approx(expected, abs=1e-3)


def plain_bm25(texts, phrase, k1=1.2, b=0.75):
    """A dozen lines, from the formula."""
    fields = {
        2.0: {id_: text_of_title(title).text.terms.split() for id_, (title, _) in texts.items()},
        1.0: {id_: text_of_content(body).terms.split() for id_, (_, body) in texts.items()},
    }
    scores = dict.fromkeys(texts, 0.0)
    for boost, terms in fields.items():
        average = sum(map(len, terms.values())) / len(terms)
        for term in [each for part in analysed(phrase) for each in part.terms]:
            holders = [id_ for id_ in terms if term in terms[id_]]
            idf = math.log(1 + (len(terms) - len(holders) + 0.5) / (len(holders) + 0.5))
            for id_ in holders:
                frequency = Counter(terms[id_])[term]
                norm = 1 - b + b * len(terms[id_]) / average
                scores[id_] += boost * idf * frequency / (frequency + k1 * norm)
    return scores


def test_an_explanation_says_what_each_term_contributes(engine, put):
    (expected,) = put("城市夜跑")
    other, folded = put("早餐", "臺灣")

    found = engine.explain(Query(Phrase.of("夜跑")), expected)

    assert (found.is_indexed, found.tier) == (True, 1)
    assert sum(each.score for each in found.shares) == pytest.approx(found.score, abs=1e-4)
    assert {each.term for each in found.shares} == {"夜跑"}
    assert engine.explain(Query(Phrase.of("夜跑")), other).tier is None
    assert engine.explain(Query(Phrase.of("台湾")), folded).tier == 2
    assert not engine.explain(Query(Phrase.of("夜跑")), 404).is_indexed


def test_what_is_stored_is_listed_by_id(engine, put):
    ids = put("甲", "乙", "丙")

    stored = list(engine.stored(Kind.PUBLIC, after=ids[0], upto=ids[1]))

    assert [(each.article_id, each.version) for each in stored] == [(ids[1], 1)]
    assert stored[0].digest == document(ids[1], "乙").digest != document(ids[1], "丁").digest
    assert len(list(engine.stored(Kind.PUBLIC, after=0, upto=None))) == 3
