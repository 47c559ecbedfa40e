"""What operators decide about reports, comments and pictures.

contract/data-model.md §2, §7b.
"""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0006"
down_revision = "0005"

metadata = sa.MetaData()

sa.Table(
    "news_report_dismissal",
    metadata,
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.CHAR(64), nullable=False),
    sa.Column("handler_id", t.BIG, nullable=False),
    sa.Column("created_at", sa.DateTime, server_default=t.CURRENT, nullable=False),
    *keys("news_report_dismissal"),
    **OPTIONS,
)

sa.Table(
    "news_comment_review",
    metadata,
    sa.Column("id", t.BIG, primary_key=True, autoincrement=True),
    sa.Column("comment_id", t.BIG, nullable=False),
    sa.Column("status", t.TINY, nullable=False),
    sa.Column("former", t.TINY, nullable=False),
    sa.Column("reviewer_id", t.BIG, nullable=False),
    sa.Column("batch_id", t.BIG, nullable=False),
    sa.Column("created_at", sa.DateTime, server_default=t.CURRENT, nullable=False),
    *keys("news_comment_review", index=("comment_id id", "batch_id")),
    **OPTIONS,
)

INDEXES = (
    ("news_report", "status article_id create_time"),
    ("news_comment", "status comment_id"),
    ("user_material", "status material_id"),
)


def upgrade() -> None:
    """Create the tables and indexes that are missing."""
    steps.create_missing(metadata)
    for table, columns in INDEXES:
        steps.create_index(table, columns)


def downgrade() -> None:
    """Drop them."""
    for table, columns in reversed(INDEXES):
        steps.drop_index(table, columns)
    steps.drop_all(metadata)
