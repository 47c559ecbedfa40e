"""Texts are told whether they are HTML, and lose nothing on the way."""

from __future__ import annotations

import pytest

from common.services.importing.texts import ForeignText, as_html, as_plain, beginning_of
from common.utils.text.html import sanitise, text_of


def _shown(text: str) -> str:
    """What a reader sees of it."""
    return text_of(sanitise(as_html(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("用 vector<int> 存数，后面还有。\n第二段。", "用 vector<int> 存数，后面还有。\n第二段。"),
        (
            "<p>用 map&lt;int&gt; 与 List<string> 存数</p><p>二</p>",
            "用 map<int> 与 List<string> 存数\n二",
        ),
        ("R&D 与 AT&T；a &amp; b", "R&D 与 AT&T；a & b"),
        ("猫和老鼠 Tom &amp; Jerry &#8211; 第一季 [&#8230;]", "猫和老鼠 Tom & Jerry – 第一季 […]"),
        ("价格 &lt; 100 元 &amp; 包邮&nbsp;哦", "价格 < 100 元 & 包邮 哦"),
        ("a<b 后面的话", "a<b 后面的话"),
        ("<p>若 a<b 则</p><p>后面的话</p>", "若 a<b 则\n后面的话"),
        ("if (a<b && c>d) x", "if (a<b && c>d) x"),
        ("std::map<std::string, int> m; 后面", "std::map<std::string, int> m; 后面"),
        ("用 <b> 标签加粗", "用 <b> 标签加粗"),
        ("<T> 是类型参数", "<T> 是类型参数"),
        ("邮<br>编", "邮\n编"),
        ("用<b>粗</b>体", "用粗体"),
        ("<spoiler>剧透</spoiler>没了", "剧透没了"),
        ("<p><o:p></o:p>文<my-tag>字</p>", "文字"),
        ('看<a href="https://a.example/1">这里</a>', "看这里"),
        ('看这里 <a href="https://a.exam', "看这里"),
        ("一\r\n\r\n二\n", "一\n二"),
        ("3 < 5 > 2", "3 < 5 > 2"),
        ("<3 你", "<3 你"),
        ("if a<b and c>d then", "if a<b and c>d then"),
        ("<video controls src='x'></video><td nowrap>文", "文"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("<<强调>> 与 <中文>", "<<强调>> 与 <中文>"),
        ("<script>alert(1)</script>文", "文"),
        ("", ""),
    ],
)
def test_a_reader_sees_what_was_meant(text: str, shown: str):
    assert _shown(text) == shown


@pytest.mark.parametrize(
    "text", ["用 <p>段</p> 标签", "a &amp; b", "vector<int>", "<b>粗</b>", "a<b", "< & >"]
)
def test_plain_text_stays_plain_and_whole(text: str):
    assert text_of(as_html(text, is_plain=True)) == text
    assert as_plain(ForeignText(text, is_plain=True)) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<p>今天天气不错，去了公园。然后回家。</p>", "今天天气不错，去了公园"),
        ("Is it so? Yes.", "Is it so?"),
        ("Version 1.2 is out. Get it.", "Version 1.2 is out."),
        ("短", "短"),
        ("长" * 50, "长" * 39 + "…"),
        ("<img src=x>", ""),
    ],
)
def test_a_title_is_made_of_the_first_sentence(text: str, title: str):
    assert beginning_of(ForeignText(text)) == title


def test_a_made_title_is_never_cut_within_an_emoji():
    family = "👨‍👩‍👧‍👦"

    assert beginning_of(ForeignText("标" * 37 + family)) == "标" * 37 + "…"
