"""Migrations in trouble on a real MariaDB: killed, in one another's way, in readers' way."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from common.models import schema
from common.models.adoption import mysql, repairs
from common.models.schema_lock import LOCK_NAME
from tests.support.scenarios import reference
from tests.support.servers.mariadb import rows_of

LOCK_TIMEOUT = 1205  # MySQL: Lock wait timeout exceeded


def test_an_adoption_killed_half_way_is_completed(database: Engine):
    reference.build(database, reference.REFERENCE)
    frozen = schema.reference_metadata()
    with database.begin() as connection:
        repairs.repair(connection, frozen.sorted_tables[:1])
        for name in ("user_profile", "news_channel"):
            mysql.complete(connection, frozen.tables[name])

    schema.upgrade(database)

    assert schema.is_current(database)
    assert schema.differences(database) == []


def test_a_migration_killed_half_way_is_completed(database: Engine):
    schema.upgrade(database)
    with database.begin() as connection:
        connection.execute(text("DROP INDEX ix_outbox_topic_agg_key_id ON outbox"))
        connection.execute(text("DROP TABLE job_run"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    schema.upgrade(database)

    assert schema.differences(database) == []


def test_a_migration_gives_up_rather_than_queue_readers(database: Engine):
    reference.build(database, reference.REFERENCE)
    with database.connect() as reader:
        reader.execute(text("SELECT * FROM user_basic")).all()  # its transaction stays open

        with pytest.raises(OperationalError) as refusal:
            schema.upgrade(database)

    assert refusal.value.orig is not None
    assert refusal.value.orig.args[0] == LOCK_TIMEOUT
    schema.upgrade(database)
    assert schema.differences(database) == []


def test_processes_that_migrate_at_once_wait_for_each_other(database: Engine, mariadb_url: str):
    reference.build(database, reference.FORK)
    program = (
        "import sys; from sqlalchemy import create_engine; from common.models import schema;"
        "schema.upgrade(create_engine(sys.argv[1]))"
    )

    processes = [subprocess.Popen([sys.executable, "-c", program, mariadb_url]) for _ in range(4)]

    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    assert rows_of(database, "SELECT version_num FROM alembic_version") == [(schema.head(),)]
    assert schema.differences(database) == []
    assert rows_of(database, f"SELECT IS_FREE_LOCK('{LOCK_NAME}')") == [(1,)]
