"""The schema: bringing a database up to date, writing the schema down."""

from __future__ import annotations

from common.extensions.db import engine
from common.models import schema
from scripts.managing.console import out
from scripts.managing.installation import DEFAULT_DATA_DIR, DataDir, database


def migrate(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Bring the database to the newest schema; adopt one of the reference.

    \b
    Examples:
      scripts/manage migrate
      scripts/manage migrate --data-dir /srv/toutiao
    """
    with database(data_dir):
        before = schema.current(engine())
        for line in schema.upgrade(engine()):
            out.print(line, markup=False)
        after = schema.current(engine())
    if before == after:
        out.print(f"The schema is up to date (revision {after}).")
    else:
        out.print(f"Migrated from {before or 'an empty history'} to revision {after}.")


def schema_script(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Write the whole schema, as the models say it, to common/models/init.sql.

    No database is touched, whatever --data-dir says.

    \b
    Example:
      scripts/manage schema
    """
    script = schema.write_init_sql()
    out.print(f"{schema.INIT_SQL}: {script.count('CREATE TABLE')} tables")
