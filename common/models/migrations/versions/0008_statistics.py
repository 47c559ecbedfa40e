"""What statistics of operators are made of: searches that found nothing, who has ever searched,
and indexes for counting accounts and comments by the hour.

contract/data-model.md §4, §7b.
"""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0008"
down_revision = "0007"

metadata = sa.MetaData()

sa.Table(
    "statistics_searcher",
    metadata,
    sa.Column("digest", sa.CHAR(16), primary_key=True),
    *keys("statistics_searcher"),
    **OPTIONS,
)

SEARCHES = ("statistics_search", "statistics_search_total")
INDEXES = (
    ("statistics_search_total", "miss_user_count"),
    ("user_profile", "create_time"),
    ("news_comment", "create_time"),
)


def _missed() -> list[sa.Column[object]]:
    """New ones at each call: a column belongs to one table for ever."""
    return [sa.Column("missed", sa.Boolean, nullable=False, server_default=t.ZERO)]


def _misses() -> list[sa.Column[object]]:
    return [
        sa.Column(name, t.BIG, nullable=False, server_default=t.ZERO)
        for name in ("miss_user_count", "miss_count")
    ]


def upgrade() -> None:
    """Create the table, and add the columns and indexes that are missing."""
    steps.create_missing(metadata)
    steps.add_missing_columns("behaviour_event", _missed())
    for table in SEARCHES:
        steps.add_missing_columns(table, _misses())
    for table, columns in INDEXES:
        steps.create_index(table, columns)


def downgrade() -> None:
    """Drop them."""
    for table, columns in reversed(INDEXES):
        steps.drop_index(table, columns)
    for table in SEARCHES:
        steps.drop_columns(table, _misses())
    steps.drop_columns("behaviour_event", _missed())
    steps.drop_all(metadata)
