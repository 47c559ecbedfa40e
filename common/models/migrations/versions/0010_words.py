"""Sensitive words: where in a text they count, and phrases that shield them.

contract/additions.md §3.
"""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0010"
down_revision = "0009"

TABLE = "recommend_sensitive_word"

metadata = sa.MetaData()

sa.Table(
    "allow_phrase",
    metadata,
    sa.Column("id", t.BIG, primary_key=True, autoincrement=True),
    sa.Column("phrase", t.name_text(50), nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    *keys("allow_phrase", unique=("phrase",)),
    **OPTIONS,
)


def _columns() -> list[sa.Column[object]]:
    """New ones at each call: a column belongs to one table for ever."""
    return [sa.Column("mode", t.TINY, nullable=False, server_default=t.ZERO)]


def upgrade() -> None:
    """Create the table and add the column that are missing."""
    steps.create_missing(metadata)
    steps.add_missing_columns(TABLE, _columns())
    steps.create_index(TABLE, "update_time")


def downgrade() -> None:
    """Drop them."""
    steps.drop_index(TABLE, "update_time")
    steps.drop_columns(TABLE, _columns())
    steps.drop_all(metadata)
