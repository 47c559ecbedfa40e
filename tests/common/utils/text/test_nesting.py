"""Long and hostile HTML is put in order, so that parsing it stays linear (security.md row 56)."""

from __future__ import annotations

import html as entities
import random
import re
from collections.abc import Callable

import nh3
import pytest

from common.utils.text.html import pictures_of, sanitise, text_of
from common.utils.text.nesting import DEEPEST, in_order

MANY = 5_000

# Each takes a parser seconds to minutes when it is given as it is.
HOSTILE: dict[str, Callable[[int], str]] = {
    "blocks in blocks": lambda n: "<div>" * n + "x" + "</div>" * n,
    "lists in lists": lambda n: "<ul><li>" * n + "x",
    "tables in tables": lambda n: "<table><tr><td>" * n + "x",
    "never closed": lambda n: "".join(f"<b x={k}>" for k in range(n)) + "x",
    "links in links": lambda n: "<a href=https://a.example/><div>" * n + "x",
    "wrong ends": lambda n: "<div>" * n + "x" + "</span>" * n,
    "formatting left open": lambda n: (
        "<p>" + "".join(f"<b x={k}>" for k in range(250)) + "</p><p>x" * n
    ),
    "beside a table": lambda n: "<table>" + "<p>x</p>" * n,
    "attributes": lambda n: "<p " + " ".join(f"a{k}" for k in range(n)) + ">x",
    "a long attribute": lambda n: "<p title='" + "&amp;" * n + "'>x",
    "references": lambda n: "x" + "&amp;" * n,
    "lesser signs": lambda n: "x" + "< " * n,
    "other worlds": lambda n: "<svg><style>" + "<div>" * n + "</style></svg>x",
    "behind a comment": lambda n: "<!-->" + "<div>" * n + "x",
    "behind a quote": lambda n: '<b =">' + "<div>" * n + "x",
}


def _depth(html: str) -> int:
    depth = deepest = 0
    for slash in re.findall(r"<(/?)(?!br|hr|img|input|wbr)[a-z]", html):
        depth += -1 if slash else 1
        deepest = max(deepest, depth)
    return deepest


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_markup_comes_out_shallow_and_with_its_text(kind: str):
    html = HOSTILE[kind](MANY)

    ordered = in_order(html)

    assert _depth(ordered) <= DEEPEST
    assert "x" in text_of(html) or kind == "other worlds"
    assert _depth(sanitise(html)) <= DEEPEST


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_a_parser_gets_is_hardly_longer_than_what_came(kind: str):
    html = HOSTILE[kind](MANY)

    ordered = in_order(html)

    assert len(sanitise(html)) <= 10 * len(html)
    assert len(ordered) <= 10 * len(html)


@pytest.mark.parametrize("kind", HOSTILE)
def test_everything_that_reads_html_reads_it_in_order(kind: str, monkeypatch: pytest.MonkeyPatch):
    given: list[str] = []
    monkeypatch.setattr(nh3, "clean", lambda html, **_options: given.append(html) or "<img>")
    html = HOSTILE[kind](MANY) + "<img src=x>"

    for reader in (sanitise, text_of, pictures_of):
        reader(html)

    read = [each for each in given if each]  # the first reading alone has something to read
    assert read == [in_order(html)] * 3
    assert html not in given


def test_sanitising_what_was_put_in_order_changes_nothing_more():
    for build in HOSTILE.values():
        once = sanitise(build(2000))
        assert sanitise(once) == once


def test_short_or_decent_html_is_left_as_it_is():
    short = "<div>" * 300
    decent = "<p>一<b>二</b><br>三<li>四<li>五<table><tr><td>六<td>七</table>" * 400

    assert in_order(short) is short
    assert in_order(decent) is decent


def test_text_in_order_is_the_text_a_browser_shows():
    row = "<tr><td>甲<td>乙"
    rows = [
        "<p>一<p>二",
        "<ul><li>三<li>四</ul>",
        f"<table>{row * 3}</table>",
        "<dl><dt>五<dd>六</dl>",
        "<b><p>七</b>八</p>",
        "<h2>九</h3>十",
        "</td>孤&amp;儿&lt;",
    ]
    draw = random.Random(7)
    for _ in range(8):
        html = "".join(draw.choices(rows, k=600)) + "<div>" * (DEEPEST + 1)

        assert in_order(html) != html
        assert "".join(text_of(in_order(html)).split()) == "".join(
            entities.unescape(re.sub(r"<[^>]*>", "", html)).split()
        )


def test_the_words_between_the_cells_of_a_table_stay_in_their_place():
    html = "<table><tr><td>甲</td>迷路</tr></table>" + "<p>末</p>" * 2000

    assert text_of(html).startswith("甲\n迷路\n末")
