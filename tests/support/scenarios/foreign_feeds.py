"""Small feeds of every kind, and what the importer reads in them."""

from __future__ import annotations

from common.services.importing import feeds
from common.services.importing.findings import Findings
from common.services.importing.items import Item

DATE = "<pubDate>Sat, 18 May 2024 21:40:07 +0800</pubDate>"
# With everything that items of real feeds have.
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


def read_feed(text: str | bytes, **options: str) -> list[Item]:
    """The items of a feed."""
    items, _ = noted_feed(text, **options)
    return items


def noted_feed(text: str | bytes, **options: str) -> tuple[list[Item], list[str]]:
    """The items of a feed, and what was found wrong."""
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
