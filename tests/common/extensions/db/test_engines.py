"""Which database serves a statement, and how drivers' failures leave the extension."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import insert, select, text, update

from common.errors import DependencyUnavailable, TemporarilyUnavailable
from common.extensions import db as sql
from common.extensions.db import db, engine, engines, init_db, reading_primary, router, transaction
from common.models import User, schema
from tests.support.harness.cached import elsewhere, people


@pytest.fixture
def replica(settings, runtime, tmp_path):
    """A second database file posing as a replica that lags: it has user 1 under an old name."""
    url = f"sqlite:///{tmp_path / 'replica.db'}"
    alone = engines.create(settings, url)
    schema.upgrade(alone)
    with alone.begin() as connection:
        connection.execute(insert(User).values(user_id=1, mobile="13900000001", user_name="old"))
    alone.dispose()
    replicas = engines.Replicas(settings, [url])
    replicas.probe()
    router.replicas = replicas
    people(1)
    yield replicas
    db.session.remove()
    router.replicas = None
    router.has_written = bool
    for one in replicas.engines:
        one.dispose()


def _name() -> str | None:
    sql.refresh_view()
    return db.session.scalar(select(User.user_name).where(User.user_id == 1))


def test_reads_go_to_the_replica(replica):
    assert _name() == "old"


def test_reads_inside_a_transaction_go_to_the_primary(replica):
    with transaction():
        assert _name() == "user1"


def test_reads_that_ask_for_the_primary_get_it(replica):
    with reading_primary():
        with reading_primary():
            inner = _name()
        outer = _name()

    assert (inner, outer, _name()) == ("user1", "user1", "old")


def test_who_wrote_a_moment_ago_reads_the_primary_and_nobody_else_does(replica):
    writer = threading.get_ident()
    router.has_written = lambda: threading.get_ident() == writer

    assert _name() == "user1"
    assert elsewhere(_name) == "old"


def test_writes_go_to_the_primary(replica):
    with transaction() as session:
        session.execute(update(User).where(User.user_id == 1).values(user_name="new"))

    with reading_primary():
        assert _name() == "new"
    assert _name() == "old"


def test_a_replica_that_is_still_being_probed_serves_nothing(replica, settings, tmp_path):
    unknown = engines.Replicas(settings, [f"sqlite:///{tmp_path / 'replica.db'}"])
    unknown._probing = True
    router.replicas = unknown

    assert _name() == "user1"


def test_a_replica_that_cannot_be_reached_serves_nothing(runtime, settings, tmp_path):
    gone = engines.Replicas(settings, [f"sqlite:///{tmp_path / 'nowhere' / 'replica.db'}"])

    gone.probe()

    assert gone.pick() is None


def test_a_replica_that_fails_is_left_alone_until_it_is_probed(replica, tmp_path):
    (broken,) = replica.engines
    broken.dispose()
    file = tmp_path / "replica.db"
    file.rename(tmp_path / "hidden")
    file.mkdir()

    with pytest.raises(DependencyUnavailable):
        _name()
    from_primary = _name()

    file.rmdir()
    (tmp_path / "hidden").rename(file)
    replica.probe()
    assert from_primary == "user1"
    assert _name() == "old"


def test_an_unbound_database_says_so(monkeypatch):
    monkeypatch.setattr(router, "primary", None)

    with pytest.raises(RuntimeError, match="call init_db"):
        engine()
    with pytest.raises(RuntimeError, match="call init_db"):
        router.choose(must_be_newest=False)


def test_binding_connects_nothing_and_a_missing_database_is_unavailable(settings, tmp_path):
    init_db(settings.model_copy(update={"data_dir": tmp_path / "nowhere"}))

    with pytest.raises(DependencyUnavailable) as raised:
        _name()

    assert raised.value.dependency == "sql"
    db.session.remove()


def test_a_database_that_was_away_is_used_again_by_the_same_thread(runtime):
    people(1)
    file = runtime.data_dir / "toutiao.db"
    db.session.remove()
    engine().dispose()
    file.rename(file.with_suffix(".hidden"))
    file.mkdir()

    with pytest.raises(DependencyUnavailable):
        _name()
    file.rmdir()
    file.with_suffix(".hidden").rename(file)

    assert _name() == "user1"


def test_a_lock_that_somebody_keeps_is_unavailable_and_not_our_defect(
    settings, runtime, monkeypatch
):
    keeper = engine().connect()
    keeper.exec_driver_sql("COMMIT")
    keeper.exec_driver_sql("BEGIN IMMEDIATE")
    impatient = engines.create(settings, settings.sql_url, busy_seconds=0.02)
    monkeypatch.setattr(router, "primary", impatient)

    with pytest.raises(DependencyUnavailable):
        people(1)

    keeper.exec_driver_sql("ROLLBACK")
    keeper.exec_driver_sql("BEGIN")
    keeper.close()
    people(1)
    db.session.remove()
    impatient.dispose()


def test_a_mistake_in_a_statement_stays_a_defect(runtime):
    with pytest.raises(Exception, match="no such table") as raised:
        db.session.execute(text("SELECT 1 FROM nowhere"))

    assert not isinstance(raised.value, DependencyUnavailable)


@pytest.mark.settings(db_pool_size=1, db_max_overflow=0)
def test_a_pool_without_a_free_connection_asks_to_come_back(settings, runtime, monkeypatch):
    crowded = engines.create(settings, settings.sql_url, queue_seconds=0.01)
    monkeypatch.setattr(router, "primary", crowded)
    taken = engine().connect()

    with pytest.raises(TemporarilyUnavailable) as raised:
        _name()

    taken.close()
    assert raised.value.retry_after
    assert _name() is None
    db.session.remove()
    crowded.dispose()


def test_statements_are_counted(runtime, cost):
    with cost() as spent:
        _name()
        _name()

    assert spent.sql == 2


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_a_sqlite_connection_is_durable_and_strict(runtime, pragma, value):
    with engine().connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
