"""Long lists of operators come from an index in their order, whichever filter is set.

contract/data-model.md §1 to §3.
"""

from common.models.migrations import steps

revision = "0012"
down_revision = "0011"

INDEXES = (
    ("news_article_basic", "channel_id create_time article_id status"),
    ("mis_operation_log", "administrator_id operation_log_id"),
    ("mis_operation_log", "operation operation_log_id"),
    ("mis_operation_log", "ip operation_log_id"),
    ("user_basic", "status last_login user_id"),
    ("user_legalize_log", "update_time legalize_id"),
)


def upgrade() -> None:
    """Add the indexes that are missing."""
    for table, columns in INDEXES:
        steps.create_index(table, columns)


def downgrade() -> None:
    """Drop them."""
    for table, columns in INDEXES:
        steps.drop_index(table, columns)
