"""Reviewing: since when something waits, which text was claimed, what each decision did.

contract/data-model.md §2, §7b.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from common.models import types as t
from common.models.migrations import steps
from common.utils.constants import ArticleStatus, RevisionStatus

revision = "0009"
down_revision = "0008"

ARTICLE_INDEXES = ("waiting_since", "update_time", "create_time article_id status")

_article = sa.table(
    "news_article_basic",
    sa.column("article_id", t.BIG),
    sa.column("status", t.TINY),
    sa.column("review_time", sa.DateTime),
    sa.column("publish_at", sa.DateTime),
    sa.column("update_time", sa.DateTime),
    sa.column("waiting_since", sa.DateTime),
)
_edit = sa.table(
    "news_article_revision",
    sa.column("article_id", t.BIG),
    sa.column("created_at", sa.DateTime),
    sa.column("status", t.TINY),
)


def _columns() -> dict[str, list[sa.Column[Any]]]:
    """New ones at each call: a column belongs to one table for ever."""
    return {
        "news_article_basic": [
            sa.Column("waiting_since", sa.DateTime),
            sa.Column("claimed_version", t.UINT),
        ],
        "news_article_review": [
            sa.Column("action", t.TINY),
            sa.Column("waited", t.UINT),
            sa.Column("former_state", sa.JSON),
            sa.Column("undone_at", sa.DateTime),
        ],
    }


def upgrade() -> None:
    """Add what is missing; what waits now has waited since its last change."""
    for table, columns in _columns().items():
        steps.add_missing_columns(table, columns)
    _note_what_waits(op.get_bind())
    for each in ARTICLE_INDEXES:
        steps.create_index("news_article_basic", each)
    steps.create_index("news_article_review", "created_at")


def _note_what_waits(bind: sa.Connection) -> None:
    """Its times of change stay: MySQL would renew them."""
    article = _article.c
    is_new = article.waiting_since.is_(None)
    is_scheduled = sa.and_(article.review_time.is_not(None), article.publish_at.is_not(None))
    bind.execute(
        sa.update(_article)
        .where(article.status == ArticleStatus.PENDING, is_new, ~is_scheduled)
        .values(waiting_since=article.update_time, update_time=article.update_time)
    )
    edited = sa.select(sa.func.max(_edit.c.created_at)).where(
        _edit.c.article_id == article.article_id, _edit.c.status == RevisionStatus.WAITING
    )
    waits = sa.exists().where(
        _edit.c.article_id == article.article_id, _edit.c.status == RevisionStatus.WAITING
    )
    bind.execute(
        sa.update(_article)
        .where(article.status == ArticleStatus.APPROVED, is_new, waits)
        .values(waiting_since=edited.scalar_subquery(), update_time=article.update_time)
    )


def downgrade() -> None:
    """Drop them."""
    steps.drop_index("news_article_review", "created_at")
    for each in ARTICLE_INDEXES:
        steps.drop_index("news_article_basic", each)
    for table, columns in _columns().items():
        steps.drop_columns(table, columns)
