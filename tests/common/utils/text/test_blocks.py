"""The blocks of an article's HTML."""

from __future__ import annotations

import random

import pytest

from common.utils.text.blocks import blocks_of
from common.utils.text.html import sanitise

PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<ul><li>", "</li></ul>", "<br>", "<hr>", "<b>", "</b>",
    '<img src="/media/a.png">', "晨跑", " ", "\n", "&amp;", "<pre>", "</pre>", "<table><tr><td>",
    "</td></tr></table>", "<!-- 注 -->", "<h2>", "</h2>", "<script>x</script>", "<",
)  # fmt: skip


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", []),
        ("今天喝粥！", ["今天喝粥！"]),
        ("<p>一</p><p>二</p>", ["<p>一</p>", "<p>二</p>"]),
        ("<p>一</p>\n<p>二</p>\n", ["<p>一</p>\n", "<p>二</p>\n"]),
        ("一<br>二<b>三</b>", ["一<br>", "二<b>三</b>"]),
        ("<ul><li>一</li><li>二</li></ul>尾", ["<ul><li>一</li><li>二</li></ul>", "尾"]),
        ("<h1>题</h1><hr>文<p>段</p>", ["<h1>题</h1>", "<hr>", "文", "<p>段</p>"]),
        (
            "<div><p>一</p><div>二</div></div>",
            ["<div>", "<p>一</p>", "<div>二</div>", "</div>"],
        ),
        ("<div>一</div><div>二</div>", ["<div>一</div>", "<div>二</div>"]),
    ],
)
def test_blocks_are_what_the_author_sees(html, blocks):
    assert blocks_of(html) == blocks


@pytest.mark.parametrize("seed", range(300))
def test_nothing_is_lost_or_added(seed):
    chance = random.Random(seed)
    html = sanitise("".join(chance.choices(PIECES, k=chance.randrange(40))))

    assert "".join(blocks_of(html)) == html
