"""Titles and texts of feeds are read as a reader would see them."""

from __future__ import annotations

import pytest

from tests.support.scenarios.foreign_feeds import atom, noted_feed, read_feed, rss

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title>
<link rel="self" href="https://atom.example/feed"/><link href="https://atom.example/"/>
<entry><title>条目</title><id>urn:uuid:1</id><link href="https://atom.example/e"/>
<author><name>小原</name><email>yuan@atom.example</email></author>
<updated>2024-03-05T10:00:00+08:00</updated>
<content type="html">&lt;p&gt;内容&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("研发 R&D 进展", "研发 R&D 进展"),
        ("标题&nbsp;带实体&mdash;破折号", "标题 带实体—破折号"),
        ("a &hearts; b &unknown; c", "a ♥ b &unknown; c"),
        ("3 < 5 &amp; 6 > 4", "3 < 5 & 6 > 4"),
        ("第\x08一\x0b条\ufffe", "第一条"),
        ("零&#0;一&#x1F;二&#xFFFF;三", "零一二三"),
        ("笑&#55357;&#56832;脸&#xd83d;&#xde00;", "笑😀脸😀"),
        ("引&#147;号&#148;", "引“号”"),
        ("<![CDATA[R&D <3]]>", "R&D <3"),
        ("vector&lt;int&gt; 用法", "vector<int> 用法"),
        ("&lt;b&gt;粗&lt;/b&gt;体", "粗体"),
        ("<b>粗</b>体", "粗体"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;![CDATA[两次包起来]]&gt;", "两次包起来"),
        ("a &nbsp b &copy c &nothing d &notit", "a b © c &nothing d &notit"),
        ("  多\n  行  ", "多 行"),
    ],
)
def test_titles_are_read_as_a_reader_would_see_them(written: str, title: str):
    (item,) = read_feed(rss(f"<title>{written}</title><description>文</description>"))

    assert item.title == title


def test_atom_says_what_its_texts_are_and_is_believed():
    contents = [
        read_feed(atom(f"<content{kind}>{text}</content>"))[0]
        for kind, text in (
            (' type="text"', "用 vector&lt;int&gt; 与 &lt;p&gt; 标签，a &amp;lt; b"),
            ("", "if a &lt; b then c"),
            (' type="html"', "&lt;p&gt;3 &amp;lt; 5&lt;/p&gt;"),
            (' type="TEXT/HTML"', "&lt;p&gt;x&lt;/p&gt;"),
            (' type="text/plain"', "&lt;p&gt;x&lt;/p&gt;"),
        )
    ]

    assert [(item.content, item.is_plain) for item in contents] == [
        ("用 vector<int> 与 <p> 标签，a &lt; b", True),
        ("if a < b then c", True),
        ("<p>3 &lt; 5</p>", False),
        ("<p>x</p>", False),
        ("<p>x</p>", True),
    ]


def test_a_plain_title_of_atom_stays_whole():
    (item,) = read_feed(ATOM.replace("条目", "用 &lt;b&gt; 与 AT&amp;amp;T"))

    assert item.title == "用 <b> 与 AT&amp;T"


def test_xhtml_is_content_with_its_own_bases():
    (item,) = read_feed(
        atom(
            '<link href="e"/><content type="xhtml" xml:base="c/"><div '
            'xmlns="http://www.w3.org/1999/xhtml" xml:base="d/"><p>1 &lt; 2<br/><a href="x">链</a>'
            "</p></div></content>",
            head='<link href="https://a.example/b/"/>',
        ),
    )

    assert item.base == "https://a.example/b/c/"
    assert item.content == (
        '<div><p>1 &lt; 2<br><a href="https://a.example/b/c/d/x">链</a></p></div>'
    )


@pytest.mark.parametrize(
    ("item", "title", "content"),
    [
        (
            "<description><![CDATA[<p>今天天气不错，去了公园。然后回家。</p>]]></description>",
            "今天天气不错，去了公园",
            "<p>今天天气不错，去了公园。然后回家。</p>",
        ),
        ("<title></title><description>空标题</description>", "空标题", "空标题"),
        ("<title> &amp;nbsp; </title><description>空标题</description>", "空标题", "空标题"),
        ("<title>只有标题</title>", "只有标题", "只有标题"),
        (f"<description>{'很长' * 90}</description>", "很长" * 19 + "很…", "很长" * 90),
    ],
)
def test_a_title_or_a_text_is_enough(item: str, title: str, content: str):
    (read,) = read_feed(rss(item))

    assert (read.title, read.content) == (title, content)


def test_an_entry_with_neither_is_left_out_and_named():
    items, noted = noted_feed(rss("<link>https://a.example/1</link>", "<title>题</title>"))

    assert [item.title for item in items] == ["题"]
    assert noted == ["line 2: it has neither a title nor a text (skipped)"]


def test_a_date_that_is_none_is_no_date_and_is_said():
    items, noted = noted_feed(rss("<title>题</title><pubDate>neulich</pubDate>"))

    assert items[0].published_at is None
    assert noted == ["line 2, “题”: its date is not understood: neulich (repaired)"]


def test_the_longest_of_several_contents_is_taken():
    (item,) = read_feed(
        rss(
            "<title>题</title><description>短</description><media:group><media:description>"
            "视频的简介文字。</media:description></media:group>"
        )
    )

    assert item.content == "视频的简介文字。"


def test_every_parameter_of_a_link_stays():
    (item,) = read_feed(rss("<title>题</title><link>https://a.example/x?a=1&b=2&copy=3</link>"))

    assert item.identity.link == "https://a.example/x?a=1&b=2&copy=3"
