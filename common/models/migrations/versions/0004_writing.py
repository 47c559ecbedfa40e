"""What editors write and figures are made of: contract/data-model.md §7b."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from common.models import adoption
from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps
from common.utils.text.html import Measures, measure

revision = "0004"
down_revision = "0003"

BODIES_AT_ONCE = 50  # in memory: a body may have a megabyte

metadata = sa.MetaData()

sa.Table(
    "article_autosave",
    metadata,
    sa.Column("autosave_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG),
    sa.Column("base_version", t.UINT),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("content", t.LONG_TEXT, nullable=False),
    sa.Column("cover", sa.JSON, nullable=False),
    sa.Column("channel_id", t.UINT),
    sa.Column("saved_at", t.DATETIME_MS, nullable=False),
    sa.Column("session", sa.String(32)),
    sa.Column("sequence", t.UINT),
    *keys("article_autosave", unique=("user_id article_id",), index=("user_id saved_at",)),
    **OPTIONS,
)
sa.Table(
    "article_preview",
    metadata,
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("nonce", sa.CHAR(32)),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    *keys("article_preview", index=("expires_at",)),
    **OPTIONS,
)
sa.Table(
    "article_appeal",
    metadata,
    sa.Column("appeal_id", t.BIG, primary_key=True),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("review_id", t.BIG, nullable=False),
    sa.Column("text", sa.String(200), nullable=False),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("answer", sa.String(200)),
    sa.Column("handler_id", t.UINT),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("handled_at", sa.DateTime),
    *keys(
        "article_appeal",
        unique=("review_id",),
        index=("status created_at", "article_id appeal_id"),
    ),
    **OPTIONS,
)
sa.Table(
    "material_use",
    metadata,
    sa.Column("object_key", sa.String(128), primary_key=True),
    sa.Column("kind", t.TINY, primary_key=True, autoincrement=False),
    sa.Column("holder_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("user_id", t.BIG, nullable=False),
    *keys("material_use", index=("kind holder_id", "user_id object_key")),
    **OPTIONS,
)
sa.Table(
    "guest_upload",
    metadata,
    sa.Column("object_key", sa.String(128), primary_key=True),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    *keys("guest_upload", index=("created_at",)),
    **OPTIONS,
)
sa.Table(
    "article_day",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("source", t.TINY, primary_key=True, autoincrement=False),
    *(
        sa.Column(name, kind, nullable=False, server_default=t.ZERO)
        for name, kind in {
            "reads": t.UINT,
            "fans_reads": t.UINT,
            "readers": t.UINT,
            "seconds": t.BIG,
            "completion_sum": t.BIG,
            "bounces": t.UINT,
            "gt80": t.UINT,
            "mid": t.UINT,
            "lt20": t.UINT,
            "impressions": t.UINT,
            "likes": t.UINT,
            "comments": t.UINT,
            "collects": t.UINT,
        }.items()
    ),
    *keys("article_day", index=("article_id day",)),
    **OPTIONS,
)
sa.Table(
    "rollup_mark",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("event_id", t.BIG, nullable=False, server_default=t.ZERO),
    sa.Column("seen_id", t.BIG, nullable=False, server_default=t.ZERO),
    sa.Column("taken_at", sa.DateTime),
    **OPTIONS,
)


# Its ``id_number`` is sealed, and so longer than a number.
qualification = sa.Table(
    "user_qualification",
    sa.MetaData(),
    sa.Column("qualification_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("id_number", sa.String(255)),
    sa.Column("industry", sa.String(200), nullable=False),
    sa.Column("company", sa.String(200), nullable=False),
    sa.Column("position", sa.String(200), nullable=False),
    sa.Column("add_info", sa.String(200)),
    sa.Column("id_card_front", sa.String(200)),
    sa.Column("id_card_back", sa.String(200)),
    sa.Column("id_card_handheld", sa.String(200)),
    sa.Column("qualification_img", sa.String(200)),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("user_qualification", index=("user_id",)),
    **OPTIONS,
)

_body = sa.table(
    "news_article_content",
    sa.column("article_id", t.BIG),
    sa.column("content", t.LONG_TEXT),
    sa.column("chars", t.UINT),
    sa.column("pictures", t.UINT),
)


def _columns() -> dict[str, list[sa.Column[Any]]]:
    """New ones at each call: a column belongs to one table for ever."""
    return {
        "news_article_content": [_count("chars", t.UINT), _count("pictures", t.UINT)],
        "news_article_revision": [
            _count("status", t.TINY),
            sa.Column("session", sa.String(32)),
            sa.Column("sequence", t.UINT),
        ],
        "behaviour_event": [
            sa.Column("by_follower", sa.Boolean, nullable=False, server_default=t.ZERO)
        ],
    }


def _count(name: str, kind: sa.types.TypeEngine[int]) -> sa.Column[int]:
    return sa.Column(name, kind, nullable=False, server_default=t.ZERO)


def upgrade() -> None:
    """Create the tables and add the columns that are missing."""
    steps.create_missing(metadata)
    adoption.complete(op.get_bind(), qualification)
    for table, columns in _columns().items():
        steps.add_missing_columns(table, columns)
    steps.create_index("news_article_revision", "status created_at")
    steps.create_index("news_article_basic", "user_id article_id status")
    after: int | None = 0
    while after is not None:
        after = _measure_some(op.get_bind(), after)


def _measure_some(bind: sa.Connection, after: int) -> int | None:
    """Count what there is to read of the next bodies; the last of them, or None if none is left."""
    rows = bind.execute(
        sa.select(_body.c.article_id, _body.c.content)
        .where(_body.c.article_id > after, _body.c.chars == 0, _body.c.pictures == 0)
        .order_by(_body.c.article_id)
        .limit(BODIES_AT_ONCE)
    ).all()
    if not rows:
        return None
    counts: dict[int, Measures] = {article_id: measure(content) for article_id, content in rows}
    chars = {article_id: each.chars for article_id, each in counts.items()}
    pictures = {article_id: each.pictures for article_id, each in counts.items()}
    key = _body.c.article_id
    bind.execute(
        sa.update(_body)
        .where(key.in_(counts))
        .values(chars=sa.case(chars, value=key), pictures=sa.case(pictures, value=key))
    )
    return max(counts)


def downgrade() -> None:
    """Drop them."""
    steps.drop_index("news_article_basic", "user_id article_id status")
    steps.drop_index("news_article_revision", "status created_at")
    for table, columns in _columns().items():
        steps.drop_columns(table, columns)
    steps.drop_all(metadata)
