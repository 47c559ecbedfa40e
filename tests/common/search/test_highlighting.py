"""Marking what was found (search.md §3, security.md row 58)."""

import re
import time

import pytest

from common.search.analysis import analysed, cutting
from common.search.highlighting import excerpt, marked


def asked(phrase):
    """The terms of a phrase, as a search has them marked."""
    return [term for part in analysed(phrase) for term in (*part.terms, *part.others)]


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("城市夜跑", ["夜跑"], "城市<em>夜跑</em>"),
        ("Python python", ["PYTHON"], "<em>Python</em> <em>python</em>"),
        ("a<b>c", ["b"], "a&lt;<em>b</em>&gt;c"),
        ("<em>x</em>", ["em"], "&lt;<em>em</em>&gt;x&lt;/<em>em</em>&gt;"),
        ("a&amp;b", ["amp"], "a&amp;<em>amp</em>;b"),
        ("abc", ["ab", "abc", ""], "<em>abc</em>"),
        ("abc", ["x"], "abc"),
        ("abc", [], "abc"),
        ("", ["x"], ""),
        ("\"'", ["x"], "&quot;&#x27;"),
    ],
)
def test_only_our_markers_are_markup(text, terms, expected):
    assert marked(text, terms) == expected


def test_an_excerpt_shows_what_is_around_the_first_place():
    text = "前" * 100 + "夜跑" + "后" * 100

    assert excerpt(text, ["夜跑"]) == "…" + "前" * 40 + "<em>夜跑</em>" + "后" * 40 + "…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("夜跑 & 早餐", "<em>夜跑</em> &amp; 早餐"), ("早\n\n夜跑", "早 <em>夜跑</em>"), ("早餐", "")],
)
def test_excerpts_are_short_when_texts_are(text, expected):
    assert excerpt(text, ["夜跑"]) == expected


@pytest.mark.parametrize(
    "text", ["<script>", "<em onclick=x>", "a<em>b</em>c", "&lt;em&gt;", "</em>"]
)
def test_whatever_is_in_a_text_can_be_put_into_a_page(text):
    for shown in (marked(text, ["em", "<"]), excerpt(text, ["em", "<", "l"])):
        assert not re.search(r"<(?!/?em>)", shown)
        assert shown.count("<em>") == shown.count("</em>")


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("iPhone15 发布", "iphone", "<em>iPhone</em>15 发布"),
        ("iPhone15 发布", "15", "iPhone<em>15</em> 发布"),
        ("python3 入门", "Python", "<em>python</em>3 入门"),
        ("Python 入门", "python3", "<em>Python</em> 入门"),
        ("35℃ 的臺灣", "台湾", "35℃ 的<em>臺灣</em>"),
        ("夜\u200b跑地图", "夜跑", "<em>夜\u200b跑</em>地图"),
        ("\u200b夜跑℃", "夜跑", "\u200b<em>夜跑</em>℃"),
        ("İ夜跑ﷺ夜跑", "夜跑", "İ<em>夜跑</em>ﷺ<em>夜跑</em>"),
        ("cafe\u0301 时间", "café", "<em>cafe\u0301</em> 时间"),
        ("½ 与 1", "1", "<em>½</em> 与 <em>1</em>"),
        ("C++ 与 C", "c", "C++ 与 <em>C</em>"),
        ("C++ 与 C", "c++", "<em>C++</em> 与 C"),
        ("ASP.NET 与 .NET", ".net", "ASP.NET 与 <em>.NET</em>"),
        ("二〇二六年大事", "2026年", "<em>二〇二六年</em>大事"),
        ("２０２６年大事", "二〇二六年", "<em>２０２６年</em>大事"),
        ("手机和移动电话", "手机", "<em>手机</em>和<em>移动电话</em>"),
        ("pythonic", "python", "pythonic"),
    ],
)
def test_what_the_analyser_finds_is_what_is_marked(text, phrase, expected):
    assert marked(text, asked(phrase)) == expected


def test_a_long_text_is_marked_where_it_is_shown():
    text = "℃" + "前" * 100 + "夜跑，夜跑" + "后" * 100 + "夜跑"

    assert excerpt(text, ["夜跑"]) == (
        "…" + "前" * 40 + "<em>夜跑</em>，<em>夜跑</em>" + "后" * 37 + "…"
    )


@pytest.mark.parametrize("sign", ["①", "℃", "½", "❤\ufe0f"])
def test_a_sign_that_changes_its_length_does_not_make_marking_slow(sign):
    usual, odd = (fastest("昨晚的夜跑，前后左右，" * 5_000 + each) for each in ("点", sign))

    assert odd < 10 * usual


def fastest(text):
    """Seconds that an excerpt takes this thread."""
    taken = []
    for _ in range(5):
        began = time.thread_time()
        assert "<em>夜跑</em>" in excerpt(text, ["夜跑"])
        taken.append(time.thread_time() - began)
    return min(taken)


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("in 2025 and 202 6, Python 3", False),
        ("一共二〇二五年，十二生肖", False),
        ("python in the year 二〇二六年", True),
        ("python in the year 2026", True),
    ],
)
def test_a_text_is_cut_only_where_a_number_may_be_in_it(monkeypatch, text, is_cut):
    cut = []
    of_word = cutting._of_word
    monkeypatch.setattr(
        cutting, "_of_word", lambda word, start: cut.append(word) or of_word(word, start)
    )

    found = marked(text, ["2026"])

    assert bool(cut) == ("<em>" in found) == is_cut


@pytest.mark.parametrize("sign", ["", "℃"])
def test_what_is_behind_all_that_is_indexed_is_not_marked(sign):
    text = sign + "前后左右，" * 40_000

    assert excerpt(text + "夜跑", ["夜跑"]) == ""
    assert excerpt("夜跑" + text, ["夜跑"]).endswith("…")
