"""Nicknames that look alike are one: contract/security.md row 61. Names may be longer in bytes."""

import sqlalchemy as sa
from alembic import op

from common.models import adoption, schema
from common.models import types as t
from common.models.base import OPTIONS, keys
from common.utils.text import names

revision = "0003"
down_revision = "0002"

BATCH_ROWS = 500

metadata = sa.MetaData()

user = sa.Table(
    "user_basic",
    metadata,
    sa.Column("user_id", t.BIG, primary_key=True),
    sa.Column("account", t.name_text(20)),
    sa.Column("email", sa.String(254)),
    sa.Column("status", t.TINY, nullable=False, server_default=t.ONE),
    sa.Column("mobile", sa.CHAR(11), nullable=False),
    sa.Column("password", sa.String(255)),
    sa.Column("user_name", t.name_text(100), nullable=False),
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
    sa.Column("name_fold", sa.CHAR(32)),
    sa.Column("name_look", sa.CHAR(32)),
    *keys(
        "user_basic",
        unique=("mobile", "user_name", "account", "name_fold", "name_look"),
        index=("is_verified mobile", "last_login user_id", "status"),
    ),
    **OPTIONS,
)


def upgrade() -> None:
    """Add the columns and derive them; of accounts that look alike the oldest gets its own."""
    adoption.complete(op.get_bind(), user)
    after: int | None = 0
    while after is not None:
        after = _derive_some(op.get_bind(), after)


def _derive_some(bind: sa.Connection, after: int) -> int | None:
    rows = bind.execute(
        sa.select(user.c.user_id, user.c.user_name)
        .where(user.c.user_id > after, user.c.name_fold.is_(None))
        .order_by(user.c.user_id)
        .limit(BATCH_ROWS)
    ).all()
    if not rows:
        return None
    derived: dict[int, names.Keys] = {user_id: names.keys(name) for user_id, name in rows}
    folds = {user_id: each.fold for user_id, each in derived.items()}
    looks = {user_id: each.look for user_id, each in derived.items()}
    # A row that would contradict another one is left as it is.
    statement = (
        sa.update(user)
        .prefix_with("OR IGNORE", dialect="sqlite")
        .prefix_with("IGNORE", dialect="mysql")
        .prefix_with("IGNORE", dialect="mariadb")
        .where(user.c.user_id.in_(derived))
        .values(
            name_fold=sa.case(folds, value=user.c.user_id),
            name_look=sa.case(looks, value=user.c.user_id),
        )
    )
    bind.execute(statement)
    return max(derived)


def downgrade() -> None:
    """Drop the columns; names that have become longer than before stay."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        adoption.complete(bind, schema.reference_metadata().tables[user.name])  # no keys of ours
        for name in ("name_fold", "name_look"):
            op.drop_column(user.name, name)
        return
    bind.exec_driver_sql(
        "ALTER TABLE user_basic DROP KEY uq_user_basic_name_fold,"
        " DROP KEY uq_user_basic_name_look, DROP COLUMN name_fold, DROP COLUMN name_look"
    )
