"""Searching: phrases that are suggested since many asked for them (contract/data-model.md §7b)."""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0011"
down_revision = "0010"

metadata = sa.MetaData()

sa.Table(
    "search_phrase",
    metadata,
    sa.Column("keyword", sa.String(50), primary_key=True),
    sa.Column("people", t.UINT, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("learned_at", sa.DateTime, nullable=False),
    *keys("search_phrase", index=("people keyword",)),
    **OPTIONS,
)


def upgrade() -> None:
    """Create the table if it is missing."""
    steps.create_missing(metadata)


def downgrade() -> None:
    """Drop it."""
    steps.drop_all(metadata)
