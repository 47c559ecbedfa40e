"""RSS and Atom in all their kinds (contract/additions.md §8)."""

from __future__ import annotations

from datetime import datetime

import pytest

from common.services.importing.bodies import readied
from common.services.importing.items import names
from common.utils.text.html import sanitise
from tests.support.scenarios.foreign_feeds import DATE, RSS, atom, read_feed, rss

MOMENT = datetime.fromisoformat("2024-05-18T21:40:07")
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title>
<link rel="self" href="https://atom.example/feed"/><link href="https://atom.example/"/>
<entry><title>条目</title><id>urn:uuid:1</id><link href="https://atom.example/e"/>
<author><name>小原</name><email>yuan@atom.example</email></author>
<updated>2024-03-05T10:00:00+08:00</updated>
<content type="html">&lt;p&gt;内容&lt;/p&gt;</content></entry></feed>"""


def test_an_rss_item_is_read_with_author_date_content_and_pictures():
    first, second = read_feed(RSS)

    assert (first.title, first.author, first.channel) == ("第一条 & 其它", "阿木", "小站")
    assert first.published_at == datetime.fromisoformat("2024-03-01T16:00")
    assert "长<b>一些</b>" in first.content
    assert first.covers == ("https://img.example/a.jpg",)
    assert (first.identity.scope, first.identity.own_id) == ("news.example?#", "1")
    assert first.identity.link == first.base == "https://news.example/1"
    assert (second.author, second.published_at, second.covers) == ("小站", None, ())
    assert [item.place for item in (first, second)] == [0, 1]


def test_an_atom_entry_is_read_in_product_time():
    (entry,) = read_feed(ATOM, channel="科学")

    assert (entry.title, entry.author, entry.channel) == ("条目", "小原", "科学")
    assert entry.published_at == datetime.fromisoformat("2024-03-05T10:00")
    assert entry.content == "<p>内容</p>"
    assert (entry.identity.scope, entry.identity.own_id) == ("", "urn:uuid:1")


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
        '<x:rss xmlns:x="https://x.example/"><x:channel><x:title>站</x:title><x:item>'
        "<x:title>题</x:title><x:description>文</x:description></x:item></x:channel></x:rss>",
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>站</title>'
        "<item><title>题</title><description>文</description></item></channel></rss>",
    ],
)
def test_every_kind_of_feed_is_read(document: str):
    (item,) = read_feed(document)

    assert (item.title, item.content, item.channel) == ("题", "文", "站")


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
    (item,) = read_feed(atom(entry, head='<link href="/"/>'), url="https://a.example/feed.xml")

    assert item.base == base


def test_without_any_link_addresses_are_relative_to_the_feed_itself():
    feed = rss("<title>题</title>").replace("<link>https://field.example/</link>", "")

    (item,) = read_feed(feed, url="https://a.example/b/feed.xml")

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
    (read,) = read_feed(rss(f"<title>题</title>{item}"))

    assert read.identity.link == link


def test_ids_and_links_that_several_entries_carry_identify_none():
    items = read_feed(
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
        ("<dc:creator>&lt;a href='/u/1'&gt;O&amp;#39;Brien&lt;/a&gt;</dc:creator>", "O'Brien"),
    ],
)
def test_an_author_is_a_name_and_never_an_address(people: str, author: str):
    (item,) = read_feed(
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

    assert read_feed(of_feed)[0].author == "周深"
    assert read_feed(of_source)[0].author == "吴用"


@pytest.mark.parametrize(
    "dates",
    [
        DATE,
        "<dc:date>2024-05-18T21:40:07+08:00</dc:date>",
        f"<pubDate>neulich</pubDate>{DATE}",
        "<pubDate/><dc:date>2024-05-18 21:40:07</dc:date>",
        "<pubDate>&lt;time&gt;2024-05-18 21:40:07&lt;/time&gt;</pubDate>",
        "<atom:published>2024-05-18T13:40:07Z</atom:published>"
        "<atom:updated>2024-06-01T00:00:00Z</atom:updated>",
    ],
)
def test_the_first_date_that_is_understood_counts(dates: str):
    assert read_feed(rss(f"<title>题</title>{dates}"))[0].published_at == MOMENT


def test_other_vocabularies_are_not_mistaken_for_that_of_the_feed():
    (item,) = read_feed(
        rss(
            '<x:title xmlns:x="https://x.example/">错</x:title><title>题</title>'
            '<y:link xmlns:y="https://y.example/">https://wrong.example/</y:link>'
            "<media:title>图</media:title><description>文</description>"
        )
    )

    assert (item.title, item.content, item.identity.link) == ("题", "文", "")


def test_a_feed_without_a_title_has_the_name_of_its_host():
    (item,) = read_feed(rss("<title>题</title>", title=""))

    assert (item.channel, item.author) == ("field.example", "field.example")


def test_the_address_of_the_feed_names_no_entry():
    (item,) = read_feed(
        rss(
            "<title>题</title><link>https://field.example/</link><guid>https://field.example/</guid>"
        )
    )

    assert (item.identity.own_id, item.identity.link) == ("", "")
    assert item.base == "https://field.example/"


@pytest.mark.parametrize(
    ("own_id", "is_of_the_feed"),
    [("7", True), ("https://a.example/?p=7", False), ("tag:a.example,2024:7", False)],
)
def test_an_id_means_something_in_its_feed_unless_it_is_made_to_be_unique(
    own_id: str, is_of_the_feed: bool
):
    (item,) = read_feed(rss(f"<title>题</title><guid isPermaLink='false'>{own_id}</guid>"))

    assert bool(item.identity.scope) == is_of_the_feed


def test_a_site_that_moves_to_https_keeps_its_entries():
    feed = rss("<title>题</title><guid isPermaLink='false'>7</guid>")

    (before,) = read_feed(feed.replace("https://field.example/", "http://www.field.example"))
    (after,) = read_feed(feed)

    assert before.identity.scope == after.identity.scope


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://a.example:port/", "//", "http://", "\u2100"]
)
def test_an_address_that_is_none_costs_no_entry(address: str):
    (item,) = read_feed(
        rss(
            f"<title>题</title><link>{address}</link><enclosure url='{address}/a.jpg'/>"
            f"<media:content url='{address}'/><description>&lt;a href='{address}'&gt;x&lt;/a&gt;"
            f"&lt;img src='{address}'&gt;</description>"
        ).replace("https://field.example/", address),
        url="https://a.example/feed",
    )

    assert item.title == "题"
    assert names(item).by_text
    assert sanitise(readied(item.content, base=item.base).html)
