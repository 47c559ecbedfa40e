"""RSS and Atom: read as they are in the wild, refused when they attack (security.md row 50)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from common.services.importing import feeds
from common.services.importing.findings import Findings
from common.services.importing.items import Item, Unreadable

MOMENT = datetime.fromisoformat("2024-05-18T21:40:07")
DATE = "<pubDate>Sat, 18 May 2024 21:40:07 +0800</pubDate>"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>小站</title><link>https://news.example/</link>
<item>
  <title>第一条 &amp;amp; 其它</title><link>https://news.example/1</link><guid>1</guid>
  <dc:creator>阿木</dc:creator><pubDate>Fri, 01 Mar 2024 08:00:00 GMT</pubDate>
  <description>短</description>
  <content:encoded><![CDATA[<p>长<b>一些</b></p><img src="/a.png">]]></content:encoded>
  <enclosure url="https://img.example/a.jpg" type="image/jpeg" length="1"/>
  <enclosure url="https://img.example/a.mp3" type="audio/mpeg" length="1"/>
  <media:thumbnail url="https://img.example/b.jpg"/>
</item>
<item><title>第二条</title><description>正文</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title>
<link rel="self" href="https://atom.example/feed"/><link href="https://atom.example/"/>
<entry><title>条目</title><id>urn:uuid:1</id><link href="https://atom.example/e"/>
<author><name>小原</name><email>yuan@atom.example</email></author>
<updated>2024-03-05T10:00:00+08:00</updated>
<content type="html">&lt;p&gt;内容&lt;/p&gt;</content></entry></feed>"""


def _read(text: str | bytes, **options: str) -> list[Item]:
    items, _ = _noted(text, **options)
    return items


def _noted(text: str | bytes, **options: str) -> tuple[list[Item], list[str]]:
    findings = Findings()
    data = text.encode() if isinstance(text, str) else text
    return feeds.read(data, findings, **options), [str(each) for each in findings.all]


def rss(*items: str, head: str = "", title: str = "田野") -> str:
    """A feed of items given by what stands in them."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{title}</title><link>https://field.example/</link>{head}{inside}"
        "</channel></rss>"
    )


def atom(entry: str, head: str = "") -> str:
    """A feed of one entry."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title><id>urn:x</id>'
        f"{head}<entry><id>urn:1</id><title>题</title>{entry}</entry></feed>"
    )


def test_an_rss_item_is_read_with_author_date_content_and_pictures():
    first, second = _read(RSS)

    assert (first.title, first.author, first.channel) == ("第一条 & 其它", "阿木", "小站")
    assert first.published_at == datetime.fromisoformat("2024-03-01T16:00")
    assert "长<b>一些</b>" in first.content
    assert first.covers == ("https://img.example/a.jpg",)
    assert (first.identity.scope, first.identity.own_id) == ("https://news.example/", "1")
    assert first.identity.link == first.base == "https://news.example/1"
    assert (second.author, second.published_at, second.covers) == ("小站", None, ())
    assert [item.place for item in (first, second)] == [0, 1]


def test_an_atom_entry_is_read_in_product_time():
    (entry,) = _read(ATOM, channel="科学")

    assert (entry.title, entry.author, entry.channel) == ("条目", "小原", "科学")
    assert entry.published_at == datetime.fromisoformat("2024-03-05T10:00")
    assert entry.content == "<p>内容</p>"
    assert entry.identity.scope == "https://atom.example/"


@pytest.mark.parametrize(
    "document",
    [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel><title>站</title></channel>'
        '<item rdf:about="https://a.example/1"><title>题</title><description>文</description>'
        "</item></rdf:RDF>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>站</title></channel>'
        "<item><title>题</title><description>文</description></item></rdf:RDF>",
        '<rss version="0.92"><channel><title>站</title><item><title>题</title>'
        "<description>文</description></item></channel></rss>",
        '<RSS VERSION="2.0"><channel><TITLE>站</TITLE><ITEM><TITLE>题</TITLE>'
        "<Description>文</Description></ITEM></channel></RSS>",
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>站</a:title><a:entry>'
        "<a:title>题</a:title><a:summary>文</a:summary></a:entry></a:feed>",
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>站</title><entry>'
        '<title>题</title><content mode="escaped" type="text/html">文</content></entry></feed>',
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>站</title>'
        "<item><title>题</title><description>文</description></item></channel></rss>",
    ],
)
def test_every_kind_of_feed_is_read(document: str):
    (item,) = _read(document)

    assert (item.title, item.content, item.channel) == ("题", "文", "站")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]>",
        "<!DOCTYPE rss [\n<!ELEMENT rss ANY>\n]>",
        '<!doctype rss [<!entity x "<rss>">]>',
        "<!DOCTYPE rss SYSTEM 'x' [%remote;]>",
        '<!-- [ --><!DOCTYPE rss [<!ENTITY x "y">]>',
    ],
)
def test_a_feed_that_declares_entities_or_types_is_refused(declaration: str):
    head, _, rest = RSS.partition("?>")
    attack = f"{head}?>{declaration}{rest.replace('短', '&x;')}"

    with pytest.raises(Unreadable, match="must not declare"):
        _read(attack)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss SYSTEM "https://evil.example/x.dtd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        "<!DOCTYPE html>",
        "<!DOCTYPE rss []>",
        "<!DOCTYPE rss [ <!-- nothing --> ]>",
    ],
)
def test_a_document_type_that_declares_nothing_is_passed_over(declaration: str):
    head, _, rest = RSS.partition("?>")

    items, noted = _noted(f"{head}?>{declaration}{rest}")

    assert len(items) == 2
    assert noted == []


@pytest.mark.parametrize(
    "text",
    ["", "<p>页面</p>", "plain", "<html><body>rss</body></html>", "<!-- <rss> -->", "<opml/>"],
)
def test_what_is_no_feed_is_refused(text: str):
    with pytest.raises(Unreadable, match="not an RSS or Atom feed"):
        _read(text)


def test_a_text_that_names_a_file_or_an_address_opens_neither(tmp_path: Path):
    secret = tmp_path / "feed.xml"
    secret.write_text(RSS, encoding="utf-8")

    for text in (str(secret), "https://news.example/feed.xml"):
        with pytest.raises(Unreadable):
            _read(text)


@pytest.mark.parametrize("encoding", ["UTF8", "utf-8-sig-bogus", "gb2312", "GBK", "utf-16"])
def test_a_feed_is_read_whatever_its_encoding_is_called(encoding: str):
    text = rss(f"<title>国标标题</title><description>正文内容</description>{DATE}")
    text = text.replace('encoding="utf-8"', f'encoding="{encoding}"')
    actual = {"gb2312": "gbk", "GBK": "gb18030", "utf-16": "utf-16"}.get(encoding, "utf-8")

    (item,) = _read(text.encode(actual))

    assert (item.title, item.content) == ("国标标题", "正文内容")


@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="utf-8"?>', ""])
def test_the_encoding_that_http_names_is_used(declaration: str):
    text = rss("<title>误报编码的标题</title><description>正文内容，实际是国标码。</description>")
    body = declaration + text.partition("?>")[2]

    (item,) = _read(body.encode("gbk"), charset="gbk")

    assert item.title == "误报编码的标题"


def test_a_wrong_name_of_the_encoding_is_said():
    _, noted = _noted(rss("<title>题</title>").replace("utf-8", "gbk"))

    assert noted == ["the source: it is called gbk and read as utf-8 (repaired)"]


@pytest.mark.parametrize(
    "front",
    [
        "\n\n",
        "  \t",
        "<!-- cached -->\n",
        "\ufeff\ufeff",
        "Warning: x in <b>y.php</b> on line 1\n",
        "<!-- <rss><channel> -->",
        '<?xml version="1.0"?>\n<?xml-stylesheet href="x"?>\n',
    ],
)
def test_what_stands_in_front_is_passed_over(front: str):
    (item,) = _read(front + rss("<title>题</title><description>文</description>"))

    assert item.title == "题"


@pytest.mark.parametrize(
    ("tail", "is_said"),
    [("\n<!-- made in 0.1 s -->\n", False), ("<script>x</script>", True), ("\0\n", True)],
)
def test_what_stands_behind_is_passed_over(tail: str, is_said: bool):
    items, noted = _noted(rss("<title>题</title><description>文</description>") + tail)

    assert len(items) == 1
    assert bool(noted) == is_said


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
        ("  多\n  行  ", "多 行"),
    ],
)
def test_titles_are_read_as_a_reader_would_see_them(written: str, title: str):
    (item,) = _read(rss(f"<title>{written}</title><description>文</description>"))

    assert item.title == title


def test_every_parameter_of_a_link_stays():
    (item,) = _read(rss("<title>题</title><link>https://a.example/x?a=1&b=2&copy=3</link>"))

    assert item.identity.link == "https://a.example/x?a=1&b=2&copy=3"


def test_a_repair_is_said_with_its_line():
    _, noted = _noted("\n" + rss("<title>一</title>", "\n<title>R&D</title>"))

    assert noted[0] == "line 1: what stands in front of the feed is passed over (repaired)"
    assert noted[1].startswith("line 4: not well-formed XML:")


@pytest.mark.parametrize(
    "broken",
    [
        "<title>题</title><description><p>一<br>二</description>",
        "<title>题</title><description><p>一<br>二</p><img src=x></description>",
        "<title>题<description>一二</description>",
        "<title>题</titel><description>一二</description>",
        "<title>题</title><media2:content url='x'/><description>一二</description>",
        "<title>题</title><description a=b>一二</description>",
        "<title>题</title><description>一 < 二 & 三</description>",
    ],
)
def test_what_is_not_well_formed_costs_no_entry(broken: str):
    items, noted = _noted(rss(broken, "<title>下一题</title><description>三</description>"))

    assert [item.title for item in items] == ["题", "下一题"]
    assert items[0].content.startswith(("一", "<p>一"))
    assert "二" in items[0].content
    assert noted


@pytest.mark.parametrize("keep", [0.6, 0.7, 0.8, 0.9, 0.97])
def test_of_a_feed_that_breaks_off_the_whole_entries_are_read(keep: float):
    whole = rss(*(f"<title>题{n}</title><description>正文{n}</description>" for n in range(20)))
    cut = whole[: int(len(whole) * keep)]
    complete = cut.count("</item>")

    items, noted = _noted(cut)

    assert [item.title for item in items] == [f"题{n}" for n in range(complete)]
    assert (cut.count("<item>") > complete) == any("breaks off" in each for each in noted)


def test_atom_says_what_its_texts_are_and_is_believed():
    contents = [
        _read(atom(f"<content{kind}>{text}</content>"))[0]
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
    (item,) = _read(ATOM.replace("条目", "用 &lt;b&gt; 与 AT&amp;amp;T"))

    assert item.title == "用 <b> 与 AT&amp;T"


def test_xhtml_is_content_with_its_own_bases():
    (item,) = _read(
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
    ("entry", "base"),
    [
        ('<link href="https://a.example/e/1"/>', "https://a.example/e/1"),
        ('<link href="e/1"/>', "https://a.example/e/1"),
        ('<link href="e/1"/><content xml:base="/c/">x</content>', "https://a.example/c/"),
        ("<content>x</content>", "https://a.example/"),
    ],
)
def test_addresses_are_relative_to_the_entry_unless_it_says_otherwise(entry: str, base: str):
    (item,) = _read(atom(entry, head='<link href="/"/>'), url="https://a.example/feed.xml")

    assert item.base == base


def test_without_any_link_addresses_are_relative_to_the_feed_itself():
    feed = rss("<title>题</title>").replace("<link>https://field.example/</link>", "")

    (item,) = _read(feed, url="https://a.example/b/feed.xml")

    assert item.base == "https://a.example/b/feed.xml"


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ('<guid isPermaLink="true">https://a.example/1</guid>', "https://a.example/1"),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', ""),
        ("<link> https://A.example:443/x y\n</link>", "https://a.example/x%20y"),
        ('<atom:link href="/x"/>', "https://field.example/x"),
        ("<link>/x</link>", "https://field.example/x"),
    ],
)
def test_the_link_of_an_item(item: str, link: str):
    (read,) = _read(rss(f"<title>题</title>{item}"))

    assert read.identity.link == link


def test_ids_and_links_that_several_entries_carry_identify_none():
    items = _read(
        rss(
            "<title>一</title><guid isPermaLink='false'>N/A</guid><link>https://a.example/1</link>",
            "<title>二</title><guid isPermaLink='false'>N/A</guid><link>https://a.example/2</link>",
            "<title>三</title><guid isPermaLink='false'>3</guid><link>https://a.example/2</link>",
        )
    )

    assert [(i.identity.is_id_shared, i.identity.is_link_shared) for i in items] == [
        (True, False),
        (True, True),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("people", "author"),
    [
        ("<author>lawyer@boyer.net (Lawyer Boyer)</author>", "Lawyer Boyer"),
        ("<author>lawyer@boyer.net</author>", "田野"),
        ("<dc:creator>张三 &lt;zhang@a.example&gt;</dc:creator>", "张三"),
        ("<dc:creator>zhang@a.example</dc:creator><author>李四</author>", "李四"),
        ("<author>noreply@blogger.com (Unknown)</author>", "田野"),
        ("<itunes:author>王五</itunes:author>", "王五"),
        ("<atom:author><atom:name>赵六</atom:name></atom:author>", "赵六"),
        ("<atom:author><atom:email>z@a.example</atom:email></atom:author>", "田野"),
        ("<author><name>孙七</name><email>s@a.example</email></author>", "孙七"),
        ("<dc:creator></dc:creator>", "田野"),
    ],
)
def test_an_author_is_a_name_and_never_an_address(people: str, author: str):
    (item,) = _read(
        rss(
            f"<title>题</title>{people}",
            head="<managingEditor>editor@field.example</managingEditor>"
            "<webMaster>web@field.example (Web)</webMaster>"
            "<itunes:owner><itunes:email>o@field.example</itunes:email></itunes:owner>",
        )
    )

    assert item.author == author


def test_authors_of_the_feed_or_of_the_source_stand_in():
    of_feed = atom("<content>x</content>", head="<author><name>周深</name></author>")
    of_source = atom("<source><title>别处</title><author><name>吴用</name></author></source>")

    assert _read(of_feed)[0].author == "周深"
    assert _read(of_source)[0].author == "吴用"


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
    (read,) = _read(rss(item))

    assert (read.title, read.content) == (title, content)


def test_an_entry_with_neither_is_left_out_and_named():
    items, noted = _noted(rss("<link>https://a.example/1</link>", "<title>题</title>"))

    assert [item.title for item in items] == ["题"]
    assert noted == ["line 2: it has neither a title nor a text (skipped)"]


def test_a_date_that_is_none_is_no_date_and_is_said():
    items, noted = _noted(rss("<title>题</title><pubDate>neulich</pubDate>"))

    assert items[0].published_at is None
    assert noted == ["line 2, “题”: its date is not understood: neulich (repaired)"]


@pytest.mark.parametrize(
    "dates",
    [
        DATE,
        "<dc:date>2024-05-18T21:40:07+08:00</dc:date>",
        f"<pubDate>neulich</pubDate>{DATE}",
        "<pubDate/><dc:date>2024-05-18 21:40:07</dc:date>",
        "<atom:published>2024-05-18T13:40:07Z</atom:published>"
        "<atom:updated>2024-06-01T00:00:00Z</atom:updated>",
    ],
)
def test_the_first_date_that_is_understood_counts(dates: str):
    assert _read(rss(f"<title>题</title>{dates}"))[0].published_at == MOMENT


def test_other_vocabularies_are_not_mistaken_for_that_of_the_feed():
    (item,) = _read(
        rss(
            '<x:title xmlns:x="https://x.example/">错</x:title><title>题</title>'
            '<y:link xmlns:y="https://y.example/">https://wrong.example/</y:link>'
            "<media:title>图</media:title><description>文</description>"
        )
    )

    assert (item.title, item.content, item.identity.link) == ("题", "文", "")


def test_the_longest_of_several_contents_is_taken():
    (item,) = _read(
        rss(
            "<title>题</title><description>短</description><media:group><media:description>"
            "视频的简介文字。</media:description></media:group>"
        )
    )

    assert item.content == "视频的简介文字。"


def test_a_feed_without_a_title_has_the_name_of_its_host():
    (item,) = _read(rss("<title>题</title>", title=""))

    assert (item.channel, item.author) == ("field.example", "field.example")
