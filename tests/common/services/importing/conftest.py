"""An item to be imported, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from common.extensions.db import db
from common.models import Article, ArticleContent
from common.services.importing.articles import Outcome, import_items
from common.services.importing.findings import Findings
from common.services.importing.items import Identity, Item
from common.services.importing.sources import opened
from common.utils.text.html import text_of

COLLECTED = Path(__file__).parents[4].parent / "shared" / "cases"
collect_ignore = [] if COLLECTED.exists() else ["test_collected.py"]

MOMENT = datetime.fromisoformat("2024-03-05T10:00")
ITEM = Item(
    title="题目",
    content="<p>正文</p>",
    channel="见闻",
    author="阿木",
    published_at=MOMENT,
    identity=Identity(link="https://news.example/1"),
)


def another(number: object, **changes: Any) -> Item:
    """An item like ``ITEM`` that is not the same one."""
    item = replace(ITEM, title=f"题{number}", identity=Identity())
    return replace(item, **changes)


def all_articles() -> list[Article]:
    """All articles of the database, by id."""
    db.session.rollback()
    return list(db.session.scalars(select(Article).order_by(Article.article_id)))


def content_of(article: Article) -> str:
    """The body of an article."""
    query = select(ArticleContent.content).where(ArticleContent.article_id == article.article_id)
    return db.session.scalars(query).one()


def texts_by_title() -> dict[str, str]:
    """What a reader sees of all articles."""
    return {article.title: text_of(content_of(article)) for article in all_articles()}


def newest_first() -> list[str]:
    """Titles of all articles as a feed shows them."""
    db.session.rollback()
    return list(db.session.scalars(select(Article.title).order_by(Article.feed_ms.desc())))


def import_file(path: Path) -> tuple[Outcome, Findings]:
    """Import a file without its pictures."""
    findings = Findings()
    items = opened(str(path)).items(findings, channel="见闻")
    return import_items(items, findings=findings), findings
