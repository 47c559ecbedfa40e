"""Marking what was found (search.md §3, security.md row 58)."""

import re

import pytest

from common.search.highlighting import excerpt, marked


@pytest.mark.parametrize(
    ("text", "terms", "expected"),
    [
        ("城市夜跑", ["夜跑"], "城市<em>夜跑</em>"),
        ("Python python", ["PYTHON"], "<em>Python</em> <em>python</em>"),
        ("a<b>c", ["b"], "a&lt;<em>b</em>&gt;c"),
        ("<em>x</em>", ["em"], "&lt;<em>em</em>&gt;x&lt;/<em>em</em>&gt;"),
        ("a&amp;b", ["amp"], "a&amp;<em>amp</em>;b"),
        ("abc", ["ab", "abc", ""], "<em>abc</em>"),
        ("a.b", ["."], "a<em>.</em>b"),
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
