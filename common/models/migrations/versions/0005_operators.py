"""The operators' door: the head of their log's chain, until when somebody is frozen, and
who has chosen a channel that is deleted.

contract/data-model.md §3, §7b.
"""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0005"
down_revision = "0004"

metadata = sa.MetaData()

sa.Table(
    "mis_operation_head",
    metadata,
    sa.Column("head_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("first_id", t.BIG, nullable=False),
    sa.Column("last_id", t.BIG, nullable=False),
    sa.Column("hash", sa.CHAR(64), nullable=False),
    *keys("mis_operation_head"),
    **OPTIONS,
)


def _columns() -> list[sa.Column[object]]:
    """New ones at each call: a column belongs to one table for ever."""
    return [sa.Column("frozen_until", sa.DateTime)]


def upgrade() -> None:
    """Create the table and add the column that are missing."""
    steps.create_missing(metadata)
    steps.add_missing_columns("user_basic", _columns())
    steps.create_index("user_basic", "frozen_until")
    steps.create_index("news_user_channel", "channel_id")


def downgrade() -> None:
    """Drop them."""
    steps.drop_index("news_user_channel", "channel_id")
    steps.drop_index("user_basic", "frozen_until")
    steps.drop_columns("user_basic", _columns())
    steps.drop_all(metadata)
