"""Whole imports of what the field found: from a source to what a reader is shown.

The inputs here are small ones of the same kinds; where the collected files lie beside the
repository (``../shared/cases``), they are imported too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from common.cache import shelves
from common.extensions.db import db
from common.models import Article, ArticleContent, User
from common.services.importing.articles import Outcome, import_items
from common.services.importing.findings import Findings
from common.services.importing.items import Unreadable
from common.services.importing.sources import opened
from common.utils import clock
from common.utils.text.html import text_of
from tests.common.services.importing.conftest import all_articles, content_of
from tests.common.services.importing.test_feeds import DATE, rss

pytestmark = pytest.mark.usefixtures("runtime")

COLLECTED = Path(__file__).parents[4].parent / "shared" / "cases"
LOOKS = {  # titles of the collected files, and what a reader sees of their texts
    "C02-encoding-name/utf8-alias.xml": {"大写编码": "x"},
    "C02-encoding-name/bogus-name.xml": {"编码名不存在": "x"},
    "C03-utf16-file/utf16.xml": {"十六位标题": "正文"},
    "C04-http-charset/declares-utf8.gbk.xml": {"误报编码的标题": "正文内容，实际是国标码。"},
    "C04-http-charset/no-declaration.gbk.xml": {"没有声明的标题": "正文内容"},
    "C05-before-declaration/comment-before.xml": {"声明前有注释": "正文"},
    "C05-before-declaration/leading-blank.xml": {"前有空行": "正文"},
    "C07-bare-ampersand-and-entities/amp-link.xml": {"链接里有与号": "正文"},
    "C07-bare-ampersand-and-entities/amp.xml": {"研发 R&D 进展": "正文"},
    "C07-bare-ampersand-and-entities/nbsp.xml": {"标题 带实体—破折号": "正文"},
    "C08-doctype-only/doctype091.xml": {"九一版标题": "正文文字"},
    "C12-guid-not-unique/same-guid-na.xml": {f"同号第{n}条": f"第{n}条正文" for n in (1, 2, 3)},
    "C16-entities-without-tags/entity-only.xml": {
        "摘录": "猫和老鼠 Tom & Jerry – 第一季 […]",
        "摘录二": "价格 < 100 元 & 包邮 哦",
        "摘录三": 'R&D 与 "引号"',
    },
    "C18-text-cut-at-tag-like-word/atom-text.xml": {
        "纯文本1": "用 vector<int> 存数，后面还有很长的正文。",
        "纯文本2": "默认类型也是纯文本：if a < b then c。后面的话。",
        "纯文本3": "a<b 后面的话",
        "纯文本4": "3 < 5 的网页",
    },
    "C18-text-cut-at-tag-like-word/int.jsonl": {
        "变量二": "用 vector<int> 存数，后面还有很长的正文。\n第二段。",
        "变量三": "用 map<int> 与 List<string> 存数\n第二段。",
        "仅实体行": "R&D 与 AT&T；a & b",
    },
    "C26-no-title/notitle.xml": {
        "没有标题的短文，今天天气不错": "没有标题的短文，今天天气不错。",
        "空标题": "空标题",
    },
    "C31-one-bad-line/bad-date.jsonl": {"日期错": "正文", "其后一条": "正文"},
    "C31-one-bad-line/bad-middle-line.jsonl": {"第一条": "正文", "第三条": "正文"},
    "C31-one-bad-line/lone-surrogate.jsonl": {
        "第一条": "正文",
        "半个表情": "正文",
        "第三条": "正文",
    },
    "C31-one-bad-line/null-title.jsonl": {"其后一条": "正文"},
    "C31-one-bad-line/zero-date.jsonl": {"零日期": "正文", "其后一条": "正文"},
    "C37-title-cut-inside-emoji/long-title.xml": {"标" * 126 + "…": "正文"},
}
COVERS = {
    "C21-pixel-or-emoji-cover/tracking.xml": {
        "内容7": [],
        "内容8": ["https://img.example.com/photo.jpg"],
    },
    "C22-one-picture-three-sizes/media-sizes.xml": {
        "同图多尺寸": ["https://img.example.com/p.jpg?w=700"]
    },
    "C23-video-as-cover/media-group.xml": {"视频频道条目": ["https://img.example.com/hq.jpg"]},
    "C23-video-as-cover/media-video.xml": {
        "视频附件": [],
        "音频附件": [],
        "无类型图附件": ["https://img.example.com/cover.jpg"],
        "jpg类型误": ["https://img.example.com/cover4.jpg"],
        "中型图": ["https://img.example.com/it.jpg"],
        "img元素": ["https://img.example.com/im.jpg"],
    },
    "C25-relative-enclosure/relative-enclosure.xml": {
        "附件相对地址": ["https://field.example.com/img/a.jpg"]
    },
}

Importing = Callable[[str], tuple[Outcome, Findings]]


def _import(path: Path) -> tuple[Outcome, Findings]:
    findings = Findings()
    items = opened(str(path)).items(findings, channel="见闻")
    return import_items(items, findings=findings), findings


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    """Import a text as a file."""

    def run(text: str) -> tuple[Outcome, Findings]:
        path = tmp_path / "source"
        path.write_text(text, encoding="utf-8")
        return _import(path)

    return run


def _texts() -> dict[str, str]:
    return {article.title: text_of(content_of(article)) for article in all_articles()}


def collected(*names: str) -> pytest.MarkDecorator:
    """Run with each of these collected files that is there."""
    there = [name for name in names if (COLLECTED / name).exists()]
    return pytest.mark.parametrize("name", there)


@collected(*LOOKS)
def test_a_collected_file_gives_the_texts_that_it_should(name: str):
    _import(COLLECTED / name)

    assert _texts() == LOOKS[name]


@collected(*COVERS)
def test_a_collected_file_gives_the_covers_that_it_should(name: str):
    _import(COLLECTED / name)

    assert {each.title: each.cover["images"] for each in all_articles()} == COVERS[name]


@collected("C11-same-title/same-title-same-day.xml", "C11-same-title/same-title-undated.xml")
def test_collected_items_of_one_title_stay_apart(name: str):
    outcomes = [_import(COLLECTED / name)[0] for _ in range(2)]

    assert [(outcome.imported, outcome.known) for outcome in outcomes] == [(3, 0), (0, 3)]


@collected("C08-doctype-only/bomb.xml")
def test_the_collected_bomb_stays_refused(name: str):
    with pytest.raises(Unreadable):
        _import(COLLECTED / name)


@collected("C14-misread-date/dates.xml")
def test_collected_dates_are_never_another_day(name: str):
    _import(COLLECTED / name)

    assert {each.create_time.date().isoformat() for each in all_articles()} == {"2024-05-18"}


@collected("C35-same-second-order/same-second.xml")
def test_a_collected_feed_keeps_its_order(name: str):
    _import(COLLECTED / name)

    assert _newest_first() == [f"第{n}条" for n in range(1, 6)]


def _newest_first() -> list[str]:
    return list(db.session.scalars(select(Article.title).order_by(Article.feed_ms.desc())))


@pytest.mark.parametrize("date", [DATE, "<pubDate>Sat, 18 May 2024 00:00:00 +0800</pubDate>", ""])
def test_what_appeared_at_one_moment_keeps_the_order_of_the_feed(importing: Importing, date: str):
    def feed(numbers: range) -> str:
        return rss(*(f"<title>第{n}条</title><guid>{n}</guid>{date}" for n in reversed(numbers)))

    importing(feed(range(3)))
    with time_machine.travel(clock.utc_now() + timedelta(minutes=1), tick=True):
        importing(feed(range(1, 600)))

    assert _newest_first() == [f"第{n}条" for n in reversed(range(600))]
    (author,) = db.session.scalars(select(User.user_id))
    shown = shelves.published.page(author, first=0, limit=600).ids
    by_id = {article.article_id: article.title for article in all_articles()}
    assert [by_id[id_] for id_ in shown] == _newest_first()


def test_a_crowded_midnight_is_never_another_day(importing: Importing):
    date = "<pubDate>2024/05/18</pubDate>"

    importing(rss(*(f"<title>第{n}条</title><guid>{n}</guid>{date}" for n in range(1500))))

    days = {article.create_time for article in all_articles()}
    assert days == {datetime.fromisoformat("2024-05-18")}


def test_a_moment_that_nobody_knows_is_that_of_the_first_import(importing: Importing):
    feed = rss("<title>一</title><pubDate>neulich</pubDate>", "<title>二</title>")
    before = clock.now_ms()

    first, findings = importing(feed)
    again, _ = importing(feed)

    assert (first.imported, again.imported, again.known) == (2, 0, 2)
    assert all(before - 10 <= article.feed_ms <= clock.now_ms() for article in all_articles())
    assert [finding.line for finding in findings.all] == [2]


def test_deep_nesting_costs_its_tags_and_not_its_text(importing: Importing):
    deep = "<div>" * 3000 + "x" + "</div>" * 3000
    xhtml = f'<content type="xhtml">{deep}</content>'

    importing(rss(f"<title>一</title><description><![CDATA[{deep}]]></description>"))
    importing(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title><entry><title>二</title>'
        f"{xhtml}</entry><entry><title>三</title></entry></feed>"
    )

    assert _texts() == {"一": "x", "二": "x", "三": "三"}
    longest = max(db.session.scalars(select(ArticleContent.content)), key=len)
    assert longest.count("<div>") <= 256


def test_a_title_is_cut_before_an_emoji_and_not_inside(importing: Importing):
    family = "👨‍👩‍👧‍👦"

    importing(rss(f"<title>{'标' * 123}{family} 家</title>"))

    assert [article.title for article in all_articles()] == ["标" * 123 + "…"]


def test_nobody_s_e_mail_comes_in(importing: Importing):
    mail = "someone@secret.example"
    link = f"<a href='mailto:{mail}'>信</a>"
    person = f"<author>{mail}</author><dc:creator>{mail}</dc:creator>"

    importing(
        rss(
            f"<title>致 {mail}</title>{person}<description>写信给 {mail} 吧</description>",
            f"<title>二</title><description>{escape(link)}</description>",
            title=f"站 {mail}",
            head=f"<managingEditor>{mail} (编辑)</managingEditor><webMaster>{mail}</webMaster>",
        )
    )
    importing(f'{{"title": "三 {mail}", "content": "{mail} 文", "author": "{mail}"}}')

    published = [
        *(article.title for article in all_articles()),
        *db.session.scalars(select(ArticleContent.content)),
        *db.session.scalars(select(User.user_name)),
    ]
    assert len(published) >= 8
    assert not [text for text in published if "secret.example" in text]


def test_one_bad_line_costs_itself_and_is_named(importing: Importing):
    good = '{"title": "%s", "content": "文"}'

    outcome, findings = importing(
        "\n".join([good % "一", "{", good % "二", '{"title": null, "content": "文"}', good % "三"])
    )

    assert (outcome.imported, findings.skipped, findings.repaired) == (3, 2, 0)
    assert [finding.line for finding in findings.all] == [2, 4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [("<script>x</script>", "no content that may be shown"), ("文" * 1_000_001, "longer than")],
)
def test_what_has_nothing_to_show_or_too_much_is_named(
    importing: Importing, content: str, reason: str
):
    outcome, findings = importing(
        rss(f"<title>题</title><description><![CDATA[{content}]]></description>")
    )

    assert (outcome.imported, outcome.unusable, findings.skipped) == (0, 1, 1)
    assert reason in str(findings.all[0])
    assert findings.all[0].line == 2
