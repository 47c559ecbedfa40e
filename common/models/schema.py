"""The schema as a whole: bring a database to a revision, compare it, write it down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, inspect
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateIndex, CreateTable

from common.extensions.db import db
from common.models import adoption
from common.models.migrations.steps import sorted_indexes
from common.models.schema_lock import exclusive

MIGRATIONS = Path(__file__).parent / "migrations"
INIT_SQL = Path(__file__).parent / "init.sql"
REFERENCE_REVISION = "0001"


def head() -> str:
    """The newest revision."""
    (revision,) = _scripts().get_heads()
    return revision


def current(engine: Engine) -> str | None:
    """The revision of a database; None if it has no migration history."""
    with engine.connect() as connection:
        return _current(connection)


def is_current(engine: Engine) -> bool:
    """Whether the database is at the newest revision."""
    return current(engine) == head()


def upgrade(engine: Engine, revision: str = "head") -> list[str]:
    """Bring a database to ``revision``, adopting one without history; say what was adopted.

    Safe to call from several processes at once and to repeat after a kill.

    :raises SchemaBusy: another process holds the schema lock
    :raises AdoptionRefused: an existing database holds rows that our schema forbids
    """
    with exclusive(engine) as connection:
        adopted: list[str] = []
        if _current(connection) is None:
            reference = reference_metadata()
            if set(inspect(connection).get_table_names()) & set(reference.tables):
                adopted = adoption.adopt(connection, reference)
                command.stamp(_config(connection), REFERENCE_REVISION)
        command.upgrade(_config(connection), revision)
    return adopted


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to ``revision`` (``-1``: one step). Drops what came after it."""
    with exclusive(engine) as connection:
        command.downgrade(_config(connection), revision)


def reference_metadata() -> MetaData:
    """The tables of the reference as revision 0001 froze them."""
    scripts = {script.revision: script for script in _scripts().walk_revisions()}
    metadata: MetaData = scripts[REFERENCE_REVISION].module.metadata
    return metadata


def differences(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database agree with the models; [] if it agrees."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=comparison_options())
        return list(compare_metadata(context, db.metadata))


def comparison_options() -> dict[str, Any]:
    """What "agrees with the models" means."""
    return {"target_metadata": db.metadata, "compare_type": True, "compare_server_default": True}


def render_init_sql() -> str:
    """The newest schema as one readable MySQL script for an empty database."""
    dialect = mysql.dialect()
    statements = ["SET NAMES utf8mb4"]
    for table in db.metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements += [
            str(CreateIndex(index).compile(dialect=dialect)) for index in sorted_indexes(table)
        ]
    statements += [
        "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL,"
        "\n\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)",
        f"INSERT INTO alembic_version (version_num) VALUES ('{head()}')",  # noqa: S608 - ours
    ]
    return "\n".join(f"{_tidied(statement)};" for statement in statements) + "\n"


def write_init_sql() -> str:
    """Write ``init.sql`` beside the models; returns its text."""
    script = render_init_sql()
    INIT_SQL.write_text(script, encoding="utf-8")
    return script


def _tidied(statement: str) -> str:
    lines = [line.rstrip() for line in statement.strip().splitlines()]
    text = "\n".join(lines).replace("\t", "    ").replace("\n)ENGINE", "\n) ENGINE")
    return f"\n{text}" if text.startswith("CREATE TABLE") else text


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
