"""Migrations: from nothing to the newest schema and back, repeated, interrupted, at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import Constraint, Engine, Index, inspect, text

from common.extensions.db import db
from common.models import schema
from common.models.migrations.steps import create_table

OURS = {"outbox", "job_run", "job_lease", "worker_lease", "user_notification", "channel_top"}


def test_an_empty_database_becomes_the_newest_schema(database: Engine):
    adopted = schema.upgrade(database)

    assert adopted == []
    assert schema.current(database) == schema.head()
    assert schema.is_current(database)
    assert schema.differences(database) == []


def test_an_unknown_database_has_no_revision(database: Engine):
    assert schema.current(database) is None
    assert not schema.is_current(database)


def test_upgrading_the_newest_schema_changes_nothing(database: Engine):
    schema.upgrade(database)
    before = _written(database)

    schema.upgrade(database)

    assert _written(database) == before


def test_names_of_indexes_are_short_enough_and_told_apart():
    for table in db.metadata.tables.values():
        names = [str(index.name) for index in table.indexes]
        assert len(set(names)) == len(names)
        assert max(map(len, names), default=0) <= 64  # of MySQL and MariaDB


@pytest.mark.parametrize(("revision", "ours"), [("-1", OURS), ("0001", set())])
def test_migrations_can_be_taken_back_and_repeated(database: Engine, revision, ours):
    schema.upgrade(database)
    newest = _written(database)

    schema.downgrade(database, revision)
    assert not schema.is_current(database)
    assert OURS & set(inspect(database).get_table_names()) == ours
    schema.upgrade(database)

    assert _written(database) == newest
    assert schema.differences(database) == []


def test_every_migration_can_be_taken_back(database: Engine):
    schema.upgrade(database)

    schema.downgrade(database, "base")

    assert set(inspect(database).get_table_names()) <= {"alembic_version", "sqlite_sequence"}


def test_a_first_migration_killed_half_way_is_completed(database: Engine):
    with database.begin() as connection:
        for name in ("user_basic", "news_channel", "user_relation"):
            create_table(connection, schema.reference_metadata().tables[name])
        connection.execute(text("DROP INDEX ix_user_basic_status"))

    schema.upgrade(database)

    assert schema.is_current(database)
    assert schema.differences(database) == []


def test_a_second_migration_killed_half_way_is_completed(database: Engine):
    schema.upgrade(database)
    with database.begin() as connection:
        connection.execute(text("DROP INDEX ix_outbox_topic_agg_key_id"))
        connection.execute(text("DROP TABLE job_run"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    schema.upgrade(database)

    assert schema.is_current(database)
    assert schema.differences(database) == []


def test_processes_that_migrate_at_once_wait_for_each_other(database: Engine):
    program = (
        "import sys; from sqlalchemy import create_engine; from common.models import schema;"
        "schema.upgrade(create_engine(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(database.url)]

    processes = [subprocess.Popen(command) for _ in range(4)]

    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    with database.connect() as connection:
        history = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    assert history == [schema.head()]
    assert schema.differences(database) == []


def test_foreign_keys_are_checked_again_after_a_migration(database: Engine):
    schema.upgrade(database)

    with database.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_init_sql_is_what_the_models_say():
    assert schema.INIT_SQL.read_text(encoding="utf-8") == schema.render_init_sql()


def test_every_table_is_innodb_and_holds_emoji():
    for table in db.metadata.sorted_tables:
        options = table.dialect_options["mysql"]
        assert options["engine"] == "InnoDB"
        assert options["charset"] == "utf8mb4"
        assert options["collate"] == "utf8mb4_unicode_520_ci"


def test_every_key_has_a_name_of_ours():
    for table in db.metadata.sorted_tables:
        keys: list[Index | Constraint] = [*table.indexes, *table.constraints]
        for key in keys:
            prefix = str(key.name).split("_", 1)[0]
            assert key is table.primary_key or prefix in {"ix", "uq", "ck", "fk"}, key


def _written(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        query = text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")
        return list(connection.scalars(query))
