"""Answers that are given once more keep their headers.

contract/data-model.md §7, contract/user-app.md §1.10.
"""

import sqlalchemy as sa

from common.models.migrations import steps

revision = "0007"
down_revision = "0006"


def _columns() -> list[sa.Column[object]]:
    """New ones at each call: a column belongs to one table for ever."""
    return [sa.Column("headers", sa.JSON)]


def upgrade() -> None:
    """Add the column if it is missing."""
    steps.add_missing_columns("idempotency_key", _columns())


def downgrade() -> None:
    """Drop it."""
    steps.drop_columns("idempotency_key", _columns())
