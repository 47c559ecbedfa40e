"""The tables we add: contract/data-model.md §7b."""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0002"
down_revision = "0001"

metadata = sa.MetaData()

sa.Table(
    "channel_top",
    metadata,
    sa.Column("channel_id", t.UINT, primary_key=True, autoincrement=False),
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("starts_at", sa.DateTime),
    sa.Column("ends_at", sa.DateTime),
    **OPTIONS,
)
sa.Table(
    "news_article_review",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("status", t.TINY, nullable=False),
    sa.Column("former", t.TINY, nullable=False),
    sa.Column("reason", sa.String(200)),
    sa.Column("reviewer_id", t.UINT),
    sa.Column("batch_id", t.BIG),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    *keys("news_article_review", index=("article_id id", "batch_id")),
    **OPTIONS,
)
sa.Table(
    "news_article_revision",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("version", t.UINT, nullable=False),
    sa.Column("title", sa.String(128), nullable=False),
    sa.Column("content", t.LONG_TEXT, nullable=False),
    sa.Column("cover", sa.JSON, nullable=False),
    sa.Column("channel_id", t.UINT, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    *keys("news_article_revision", unique=("article_id version",)),
    **OPTIONS,
)
sa.Table(
    "news_article_source",
    metadata,
    sa.Column("source_key", sa.CHAR(40), primary_key=True),
    sa.Column("article_id", t.BIG, nullable=False),
    *keys("news_article_source", index=("article_id",)),
    **OPTIONS,
)
sa.Table(
    "user_notification",
    metadata,
    sa.Column("id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("actor_id", t.BIG),
    sa.Column("kind", t.TINY, nullable=False),
    sa.Column("article_id", t.BIG),
    sa.Column("comment_id", t.BIG),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("delivered_at", sa.DateTime),
    sa.Column("read_at", sa.DateTime),
    sa.Column("dedup", sa.CHAR(40), nullable=False),
    *keys(
        "user_notification",
        unique=("user_id dedup",),
        index=("user_id delivered_at id", "user_id read_at id"),
    ),
    **OPTIONS,
)
sa.Table(
    "behaviour_event",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("at", t.DATETIME_MS, nullable=False),
    sa.Column("kind", t.TINY, nullable=False),
    sa.Column("n", t.UINT, nullable=False, server_default=t.ONE),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("ip_hash", sa.CHAR(16)),
    sa.Column("article_id", t.BIG),
    sa.Column("channel_id", t.UINT),
    sa.Column("author_id", t.BIG),
    sa.Column("source", t.TINY),
    sa.Column("seconds", t.UINT),
    sa.Column("completion", t.UNSIGNED_TINY),
    sa.Column("keyword", sa.String(50)),
    *keys("behaviour_event", index=("article_id at", "at kind")),
    **OPTIONS,
)
sa.Table(
    "outbox",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("agg_key", sa.String(64), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("created_at", t.DATETIME_MS, nullable=False),
    sa.Column("available_at", t.DATETIME_MS, nullable=False),
    sa.Column("attempts", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("last_error", sa.String(255)),
    sa.Column("done_at", t.DATETIME_MS),
    sa.Column("dead_at", t.DATETIME_MS),
    *keys("outbox", index=("done_at dead_at available_at id", "topic agg_key id")),
    **OPTIONS,
)
sa.Table(
    "job_run",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("job", sa.String(64), nullable=False),
    sa.Column("scheduled_for", sa.DateTime, nullable=False),
    sa.Column("node", sa.String(64)),
    sa.Column("fence", t.BIG, nullable=False),
    sa.Column("started_at", sa.DateTime),
    sa.Column("finished_at", sa.DateTime),
    sa.Column("status", t.TINY, nullable=False),
    sa.Column("rows_changed", sa.BigInteger),
    sa.Column("error", sa.Text),
    *keys("job_run", unique=("job scheduled_for",)),
    **OPTIONS,
)
sa.Table(
    "job_lease",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Column("fence", t.BIG, nullable=False),
    sa.Column("expires_at", t.DATETIME_MS, nullable=False),
    **OPTIONS,
)
sa.Table(
    "worker_lease",
    metadata,
    sa.Column("datacenter_id", t.UNSIGNED_TINY, primary_key=True, autoincrement=False),
    sa.Column("worker_id", t.UNSIGNED_TINY, primary_key=True, autoincrement=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("last_ms", t.BIG, nullable=False),
    sa.Column("expires_at", t.DATETIME_MS, nullable=False),
    **OPTIONS,
)
sa.Table(
    "revoked_token",
    metadata,
    sa.Column("jti", sa.CHAR(32), primary_key=True),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    **OPTIONS,
)
sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("owner", sa.String(24), primary_key=True),
    sa.Column("idem_key", sa.String(64), primary_key=True),
    sa.Column("route", sa.String(64), nullable=False),
    sa.Column("body_hash", sa.CHAR(64), nullable=False),
    sa.Column("status", sa.SmallInteger),
    sa.Column("body", sa.Text),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=t.CURRENT),
    **OPTIONS,
)


def upgrade() -> None:
    """Create our own tables that are missing."""
    steps.create_missing(metadata)


def downgrade() -> None:
    """Drop our own tables."""
    steps.drop_all(metadata)
