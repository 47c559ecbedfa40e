"""The reference schema with every "Want" of contract/data-model.md §1-4.

The tables are frozen here: adoption compares an existing database with them.
"""

import sqlalchemy as sa

from common.models import types as t
from common.models.base import OPTIONS, keys
from common.models.migrations import steps

revision = "0001"
down_revision = None

metadata = sa.MetaData()

sa.Table(
    "user_basic",
    metadata,
    sa.Column("user_id", t.BIG, primary_key=True),
    sa.Column("account", t.name_text(20)),
    sa.Column("email", sa.String(254)),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("mobile", sa.CHAR(11), nullable=False),
    sa.Column("password", sa.String(255)),
    sa.Column("user_name", t.name_text(32), nullable=False),
    sa.Column("profile_photo", sa.String(128)),
    sa.Column("last_login", sa.DateTime),
    sa.Column("is_media", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("is_verified", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("introduction", sa.String(60)),
    sa.Column("certificate", sa.String(30)),
    sa.Column("article_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("following_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("fans_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("like_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("read_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("token_version", t.UINT, nullable=False, server_default=t.ZERO),
    *keys(
        "user_basic",
        unique=("mobile", "user_name", "account"),
        index=("is_verified mobile", "last_login user_id", "status"),
    ),
    **OPTIONS,
)
sa.Table(
    "user_profile",
    metadata,
    sa.Column("user_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("gender", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("birthday", sa.Date),
    sa.Column("real_name", sa.String(32)),
    sa.Column("id_number", sa.String(255)),
    sa.Column("id_card_front", sa.String(128)),
    sa.Column("id_card_back", sa.String(128)),
    sa.Column("id_card_handheld", sa.String(128)),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("register_media_time", sa.DateTime),
    sa.Column("area", sa.String(20)),
    sa.Column("company", sa.String(20)),
    sa.Column("career", sa.String(20)),
    sa.Column("device", t.TINY),
    **OPTIONS,
)
sa.Table(
    "user_relation",
    metadata,
    sa.Column("relation_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("target_user_id", t.BIG, nullable=False),
    sa.Column("relation", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.CheckConstraint("user_id <> target_user_id", name="ck_user_relation_not_self"),
    *keys(
        "user_relation",
        unique=("user_id target_user_id",),
        index=(
            "target_user_id relation update_time user_id",
            "user_id relation update_time target_user_id",
        ),
    ),
    **OPTIONS,
)
sa.Table(
    "user_search",
    metadata,
    sa.Column("search_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("keyword", t.name_text(100), nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("user_search", index=("user_id",)),
    **OPTIONS,
)
sa.Table(
    "user_material",
    metadata,
    sa.Column("material_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("type", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("hash", sa.String(128)),
    sa.Column("url", sa.String(128), nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("reviewer_id", t.UINT),
    sa.Column("review_time", sa.DateTime),
    sa.Column("is_collected", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys(
        "user_material",
        unique=("user_id hash",),
        index=("user_id status is_collected create_time",),
    ),
    **OPTIONS,
)
sa.Table(
    "user_legalize_log",
    metadata,
    sa.Column("legalize_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("type", t.TINY, nullable=False),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("reject_reason", sa.String(200)),
    sa.Column("qualification_id", t.BIG),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("reviewer_id", t.UINT),
    sa.Column("review_time", sa.DateTime),
    sa.Column(
        "pending_type", t.TINY, sa.Computed("case when status = 1 then type end", persisted=True)
    ),
    *keys(
        "user_legalize_log",
        unique=("user_id pending_type",),
        index=("status update_time", "user_id type status"),
    ),
    **OPTIONS,
)
sa.Table(
    "user_qualification",
    metadata,
    sa.Column("qualification_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("id_number", sa.String(20)),
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
sa.Table(
    "news_channel",
    metadata,
    sa.Column("channel_id", t.UINT, primary_key=True),
    sa.Column("channel_name", t.name_text(32), nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("sequence", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("is_visible", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("is_default", sa.Boolean, nullable=False, server_default=t.ZERO),
    *keys("news_channel", unique=("channel_name",)),
    **OPTIONS,
)
sa.Table(
    "news_user_channel",
    metadata,
    sa.Column("user_channel_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("channel_id", t.UINT, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("sequence", t.UINT, nullable=False, server_default=t.ZERO),
    *keys(
        "news_user_channel", unique=("user_id channel_id",), index=("user_id is_deleted sequence",)
    ),
    **OPTIONS,
)
sa.Table(
    "news_article_basic",
    metadata,
    sa.Column("article_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("channel_id", t.UINT, nullable=False),
    sa.Column("title", sa.String(128), nullable=False),
    sa.Column("cover", sa.JSON, nullable=False),
    sa.Column("is_advertising", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("reviewer_id", sa.Integer),
    sa.Column("review_time", sa.DateTime),
    sa.Column("delete_time", sa.DateTime),
    sa.Column("reject_reason", sa.String(200)),
    sa.Column("comment_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("allow_comment", sa.Boolean, nullable=False, server_default=t.ONE),
    sa.Column("version", t.UINT, nullable=False, server_default=t.ONE),
    sa.Column("publish_at", sa.DateTime),
    sa.Column("feed_ms", t.BIG),
    sa.Column("sensitive_hits", sa.JSON),
    sa.Column("claimed_by", t.UINT),
    sa.Column("claimed_until", sa.DateTime),
    *keys(
        "news_article_basic",
        unique=("feed_ms",),
        index=(
            "channel_id status create_time article_id",
            "channel_id status feed_ms",
            "publish_at",
            "status",
            "status create_time",
            "status feed_ms",
            "user_id",
            "user_id status create_time article_id",
        ),
    ),
    **OPTIONS,
)
sa.Table(
    "news_article_content",
    metadata,
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("content", t.LONG_TEXT, nullable=False),
    **OPTIONS,
)
sa.Table(
    "news_article_statistic",
    metadata,
    sa.Column("article_id", t.BIG, primary_key=True, autoincrement=False),
    sa.Column("read_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("like_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("dislike_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("repost_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("collect_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("fans_comment_count", t.UINT, nullable=False, server_default=t.ZERO),
    **OPTIONS,
)
sa.Table(
    "news_collection",
    metadata,
    sa.Column("collection_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys(
        "news_collection",
        unique=("user_id article_id",),
        index=("article_id is_deleted", "user_id is_deleted update_time article_id"),
    ),
    **OPTIONS,
)
sa.Table(
    "news_attitude",
    metadata,
    sa.Column("attitude_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("attitude", t.TINY),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("news_attitude", unique=("user_id article_id",), index=("article_id attitude",)),
    **OPTIONS,
)
sa.Table(
    "news_report",
    metadata,
    sa.Column("report_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("type", t.TINY),
    sa.Column("remark", sa.String(200)),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("handler_id", t.BIG),
    sa.Column("handled_at", sa.DateTime),
    *keys(
        "news_report",
        unique=("user_id article_id",),
        index=("article_id create_time", "status create_time"),
    ),
    **OPTIONS,
)
sa.Table(
    "news_read",
    metadata,
    sa.Column("read_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("news_read", unique=("user_id article_id",)),
    **OPTIONS,
)
sa.Table(
    "news_comment",
    metadata,
    sa.Column("comment_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("article_id", t.BIG, nullable=False),
    sa.Column("parent_id", t.BIG),
    sa.Column("like_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("reply_count", t.UINT, nullable=False, server_default=t.ZERO),
    sa.Column("content", sa.String(1000), nullable=False),
    sa.Column("is_top", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("root_id", t.BIG),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys(
        "news_comment",
        index=(
            "article_id",
            "article_id parent_id status is_top comment_id",
            "parent_id",
            "parent_id status is_top comment_id",
            "root_id status is_top comment_id",
            "user_id create_time",
        ),
    ),
    **OPTIONS,
)
sa.Table(
    "news_comment_liking",
    metadata,
    sa.Column("liking_id", t.BIG, primary_key=True),
    sa.Column("user_id", t.BIG, nullable=False),
    sa.Column("comment_id", t.BIG, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("is_deleted", sa.Boolean, nullable=False, server_default=t.ZERO),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys(
        "news_comment_liking",
        unique=("user_id comment_id",),
        index=("comment_id is_deleted", "user_id is_deleted comment_id"),
    ),
    **OPTIONS,
)
sa.Table(
    "global_announcement",
    metadata,
    sa.Column("announcement_id", t.BIG, primary_key=True),
    sa.Column("title", sa.String(32), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ZERO),
    sa.Column("publish_time", sa.DateTime),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("global_announcement", index=("status publish_time announcement_id",)),
    **OPTIONS,
)
sa.Table(
    "mis_administrator",
    metadata,
    sa.Column("administrator_id", t.BIG, primary_key=True),
    sa.Column("account", t.name_text(20), nullable=False),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("email", sa.String(254)),
    sa.Column("mobile", sa.String(20)),
    sa.Column("group_id", t.BIG, nullable=False),
    sa.Column("access_count", t.SIGNED_BIG, nullable=False, server_default=t.ZERO),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("last_login", sa.DateTime),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column("token_version", t.UINT, nullable=False, server_default=t.ZERO),
    *keys("mis_administrator", unique=("account",), index=("group_id",)),
    **OPTIONS,
)
sa.Table(
    "mis_administrator_group",
    metadata,
    sa.Column("group_id", t.BIG, primary_key=True),
    sa.Column("name", t.name_text(20), nullable=False),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("remark", sa.String(100)),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    *keys("mis_administrator_group", unique=("name",)),
    **OPTIONS,
)
sa.Table(
    "mis_permission",
    metadata,
    sa.Column("permission_id", t.BIG, primary_key=True),
    sa.Column("name", t.name_text(50), nullable=False),
    sa.Column("type", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("parent_id", t.SIGNED_BIG, nullable=False, server_default=t.ZERO),
    sa.Column("code", t.name_text(50)),
    sa.Column("sequence", sa.Integer, server_default=t.ZERO),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.TouchedTime()),
    sa.Column(
        "api_code", t.name_text(50), sa.Computed("case when type = 1 then code end", persisted=True)
    ),
    *keys("mis_permission", unique=("name", "api_code"), index=("parent_id sequence",)),
    **OPTIONS,
)
sa.Table(
    "mis_group_permission",
    metadata,
    sa.Column("group_permission_id", t.BIG, primary_key=True),
    sa.Column("group_id", t.BIG, nullable=False),
    sa.Column("permission_id", t.BIG, nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.ForeignKeyConstraint(
        ["group_id"],
        ["mis_administrator_group.group_id"],
        name="fk_mis_group_permission_group_id",
        ondelete="CASCADE",
    ),
    sa.ForeignKeyConstraint(
        ["permission_id"],
        ["mis_permission.permission_id"],
        name="fk_mis_group_permission_permission_id",
        ondelete="CASCADE",
    ),
    *keys("mis_group_permission", unique=("group_id permission_id",), index=("permission_id",)),
    **OPTIONS,
)
sa.Table(
    "mis_operation_log",
    metadata,
    sa.Column("operation_log_id", t.BIG, primary_key=True),
    sa.Column("administrator_id", t.SIGNED_BIG, nullable=False),
    sa.Column("ip", sa.String(45), nullable=False),
    sa.Column("operation", sa.String(50)),
    sa.Column("description", sa.String(200), nullable=False),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("administrator_name", sa.String(20)),
    sa.Column("target", sa.String(64)),
    sa.Column("changes", sa.JSON),
    sa.Column("request_id", sa.String(64)),
    sa.Column("hash", sa.CHAR(64)),
    *keys("mis_operation_log", index=("administrator_id create_time", "create_time")),
    **OPTIONS,
)
sa.Table(
    "statistics_basic",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("year", t.BIG, nullable=False),
    sa.Column("month", t.BIG, nullable=False),
    sa.Column("day", t.BIG, nullable=False),
    sa.Column("hour", t.BIG, nullable=False),
    sa.Column("type", t.BIG, nullable=False),
    sa.Column("count", t.BIG, nullable=False),
    sa.Column("date_time", sa.DateTime, nullable=False),
    *keys("statistics_basic", unique=("year month day hour type",), index=("type date_time",)),
    **OPTIONS,
)
sa.Table(
    "statistics_search",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("year", t.BIG, nullable=False),
    sa.Column("month", t.BIG, nullable=False),
    sa.Column("day", t.BIG, nullable=False),
    sa.Column("hour", t.BIG, nullable=False),
    sa.Column("keyword", t.name_text(100), nullable=False),
    sa.Column("user_count", t.BIG, nullable=False),
    sa.Column("count", t.BIG, nullable=False),
    sa.Column("date_time", sa.DateTime, nullable=False),
    *keys(
        "statistics_search", unique=("year month day hour keyword",), index=("keyword date_time",)
    ),
    **OPTIONS,
)
sa.Table(
    "statistics_search_total",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("keyword", t.name_text(100), nullable=False),
    sa.Column("user_count", t.BIG, nullable=False),
    sa.Column("count", t.BIG, nullable=False),
    *keys("statistics_search_total", unique=("keyword",), index=("count",)),
    **OPTIONS,
)
sa.Table(
    "statistics_sales_total",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("area", t.BIG, nullable=False),
    sa.Column("money", t.BIG, nullable=False),
    *keys("statistics_sales_total", unique=("area",)),
    **OPTIONS,
)
sa.Table(
    "statistics_read_source_total",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("source", t.BIG, nullable=False),
    sa.Column("count", t.BIG, nullable=False),
    sa.Column("count_20_down", t.BIG, nullable=False),
    sa.Column("count_20_80", t.BIG, nullable=False),
    sa.Column("count_80_up", t.BIG, nullable=False),
    *keys("statistics_read_source_total", unique=("source",)),
    **OPTIONS,
)
sa.Table(
    "recommend_sensitive_word",
    metadata,
    sa.Column("id", t.BIG, primary_key=True),
    sa.Column("word", t.name_text(50), nullable=False),
    sa.Column("weights", t.BIG, nullable=False),
    sa.Column("hold_count", t.BIG, nullable=False, server_default=t.ZERO),
    sa.Column("create_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    sa.Column("update_time", sa.DateTime, nullable=False, server_default=t.CURRENT),
    *keys("recommend_sensitive_word", unique=("word",)),
    **OPTIONS,
)


def upgrade() -> None:
    """Create the tables of the reference that are missing."""
    steps.create_missing(metadata)


def downgrade() -> None:
    """Drop the tables of the reference, with everything in them."""
    steps.drop_all(metadata)
