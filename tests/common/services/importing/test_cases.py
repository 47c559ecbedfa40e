"""Whole imports of what the field found: from a source to what a reader is shown.

The inputs here are small ones of the same kinds as those of test_collected.py.
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
from common.models import ArticleContent, User
from common.services.importing.articles import Outcome
from common.services.importing.findings import Findings
from common.utils import clock
from tests.common.services.importing.conftest import (
    all_articles,
    import_file,
    newest_first,
    texts_by_title,
)
from tests.support.scenarios.foreign_feeds import DATE, rss

pytestmark = pytest.mark.usefixtures("runtime")

Importing = Callable[[str], tuple[Outcome, Findings]]


@pytest.fixture
def importing(tmp_path: Path) -> Importing:
    """Import a text as a file."""

    def run(text: str) -> tuple[Outcome, Findings]:
        path = tmp_path / "source"
        path.write_text(text, encoding="utf-8")
        return import_file(path)

    return run


@pytest.mark.parametrize("date", [DATE, "<pubDate>Sat, 18 May 2024 00:00:00 +0800</pubDate>", ""])
def test_what_appeared_at_one_moment_keeps_the_order_of_the_feed(importing: Importing, date: str):
    def feed(numbers: range) -> str:
        return rss(*(f"<title>第{n}条</title><guid>{n}</guid>{date}" for n in reversed(numbers)))

    importing(feed(range(3)))
    with time_machine.travel(clock.utc_now() + timedelta(minutes=1), tick=True):
        importing(feed(range(1, 600)))

    assert newest_first() == [f"第{n}条" for n in reversed(range(600))]
    (author,) = db.session.scalars(select(User.user_id))
    shown = shelves.published.page(author, first=0, limit=600).ids
    by_id = {article.article_id: article.title for article in all_articles()}
    assert [by_id[id_] for id_ in shown] == newest_first()


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


def test_a_date_in_the_future_is_said_and_is_that_of_the_import(importing: Importing):
    _, findings = importing(rss("<title>一</title><pubDate>2099-01-01 00:00:00</pubDate>"))

    (article,) = all_articles()
    assert article.create_time <= clock.now()
    assert (
        str(findings.all[0]) == "line 2, “一”: its date cannot be: 2099-01-01 00:00:00 (repaired)"
    )


def test_deep_nesting_costs_its_tags_and_not_its_text(importing: Importing):
    deep = "<div>" * 3000 + "x" + "</div>" * 3000
    xhtml = f'<content type="xhtml">{deep}</content>'

    importing(rss(f"<title>一</title><description><![CDATA[{deep}]]></description>"))
    importing(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>原子</title><entry><title>二</title>'
        f"{xhtml}</entry><entry><title>三</title></entry></feed>"
    )

    assert texts_by_title() == {"一": "x", "二": "x", "三": "三"}
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
