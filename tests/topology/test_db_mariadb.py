"""Transactions, conflicts and replicas on a real MariaDB."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from common.errors import DependencyUnavailable, TransactionConflict
from common.extensions.db import (
    db,
    engine,
    engines,
    insert_ignore,
    insert_new,
    lock_or_create,
    release,
    retry_on_conflict,
    router,
    transaction,
    upsert,
)
from common.models import Relation, StatisticsSearchTotal, User, UserProfile
from tests.support.harness.cached import (
    HOLD_SECONDS,
    Cached,
    Ledger,
    Name,
    elsewhere,
    in_background,
    people,
    person,
)
from tests.support.harness.runtime import bound
from tests.support.harness.threads import at_once

THREADS = 16


@pytest.fixture
def on_mariadb(stores, mariadb_url) -> Iterator[None]:
    """The product on an empty database."""
    stores.reset()
    with bound(stores.settings(db_primary_url=mariadb_url)):
        _create_tables()
        yield


def _create_tables() -> None:
    """Those that are used here; all migrations would take seconds for every test."""
    models = (User, UserProfile, Relation, StatisticsSearchTotal)
    tables = [db.metadata.tables[model.__tablename__] for model in models]
    db.metadata.create_all(engine(), tables)


def _rename(user_id: int, name: str) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name=name))


def _name(user_id: int = 1) -> str | None:
    return db.session.scalar(select(User.user_name).where(User.user_id == user_id))


def test_threads_that_want_the_same_row_create_it_once_and_count_exactly(on_mariadb):
    none = {"count": 0, "user_count": 0}

    def count_one() -> None:
        with transaction() as session:
            lock_or_create(
                session, StatisticsSearchTotal, defaults=none, keyword="python"
            ).count += 1

    at_once(*[lambda: retry_on_conflict(count_one, attempts=THREADS)] * THREADS)

    release()
    counts = db.session.scalars(select(StatisticsSearchTotal.count)).all()
    assert counts == [THREADS]


def test_a_taken_key_is_told_from_a_row_that_is_wrong(on_mariadb):
    with transaction() as session:
        taken = [insert_new(session, Relation(user_id=1, target_user_id=2)) for _ in range(2)]
    with transaction() as session, pytest.raises(IntegrityError):
        insert_new(session, Relation(user_id=1, target_user_id=None))

    assert taken == [True, False]


def test_upserting_and_ignoring_do_what_they_do_on_sqlite(on_mariadb):
    rows = [{"keyword": word, "count": 1, "user_count": 1} for word in ("python", "go")]
    changed = [{**row, "count": 5, "user_count": 5} for row in rows]

    with transaction() as session:
        insert_ignore(session, StatisticsSearchTotal, rows[:1])
        insert_ignore(session, StatisticsSearchTotal, changed)
        upsert(session, StatisticsSearchTotal, rows, keys=["keyword"], update=["count"])

    table = StatisticsSearchTotal
    found = db.session.execute(select(table.keyword, table.count, table.user_count))
    assert {tuple(row) for row in found} == {("python", 1, 1), ("go", 1, 5)}


def _crossing(first: int, second: int, both: threading.Barrier) -> Callable[[], str]:
    """Renames two people, in this order; the first time only when both have renamed one."""
    attempts: list[int] = []

    def verb() -> str:
        attempts.append(1)
        with transaction():
            _rename(first, f"renamed {first}")
            if len(attempts) == 1:
                both.wait(HOLD_SECONDS)
            _rename(second, f"renamed {second}")
        return "done"

    return verb


def test_the_victim_of_a_deadlock_is_told_and_keeps_nothing(on_mariadb):
    people(1, 2)
    both = threading.Barrier(2)
    crossing = [_crossing(1, 2, both), _crossing(2, 1, both)]

    results = [in_background(verb) for verb in crossing]
    failures = [one.exception(HOLD_SECONDS) for one in results]

    assert sorted(type(failure).__name__ for failure in failures) == [
        "NoneType",
        TransactionConflict.__name__,
    ]


def test_a_verb_that_lost_a_deadlock_is_repeated(on_mariadb):
    people(1, 2)
    both = threading.Barrier(2)
    crossing = [_crossing(1, 2, both), _crossing(2, 1, both)]

    answers = at_once(*[lambda verb=verb: retry_on_conflict(verb) for verb in crossing])

    assert answers == ["done", "done"]
    assert (_name(1), _name(2)) == ("renamed 1", "renamed 2")


def test_a_lock_that_somebody_keeps_is_unavailable(stores, mariadb_url, monkeypatch):
    stores.reset()
    settings = stores.settings(db_primary_url=mariadb_url)
    with bound(settings):
        impatient = engines.create(settings, settings.sql_url, lock_wait_seconds=1)
        monkeypatch.setattr(router, "primary", impatient)
        _create_tables()
        people(1)
        with transaction():
            _rename(1, "kept")

            with pytest.raises(DependencyUnavailable):
                elsewhere(lambda: _rename(1, "other"))


def test_a_connection_that_the_server_closed_is_replaced_before_it_is_used(on_mariadb, mariadb):
    people(1)
    release()
    _end_connections(mariadb)

    assert _name() == "user1"


def test_a_connection_lost_between_two_reads_costs_one_failure(on_mariadb, mariadb):
    people(1)
    _name()
    _end_connections(mariadb)

    with pytest.raises(DependencyUnavailable):
        _name()
    _rename(1, "new")

    assert _name() == "new"


def _end_connections(mariadb) -> None:
    mariadb.execute("KILL USER toutiao@'127.0.0.1'")


@pytest.fixture
def replicated(stores, mariadb_replica, tmp_path) -> Iterator[Cached]:
    """Caches over a primary with user 7 and a replica that has caught up."""
    stores.reset()
    settings = stores.settings(
        db_primary_url=mariadb_replica.primary_url, db_replica_urls=[mariadb_replica.replica_url]
    )
    with bound(settings):
        _create_tables()
        person(7)
        mariadb_replica.replica.catch_up()
        router.replicas.probe()
        yield Cached(Ledger(tmp_path / "ledger"))
        release()
        for replica in router.replicas.engines:
            replica.dispose()


def test_a_replica_that_has_caught_up_serves_reads(replicated, mariadb_replica):
    with db.session.connection() as connection:
        assert connection.engine.url.port == mariadb_replica.replica.port


def test_a_replica_that_does_not_follow_serves_nothing(replicated, mariadb_replica):
    mariadb_replica.replica.stop_following()

    router.replicas.probe()

    assert router.replicas.pick() is None


def test_a_replica_that_goes_away_under_a_reader_of_a_cache_is_not_noticed(
    replicated, mariadb_replica
):
    db.session.execute(select(User.user_id))
    mariadb_replica.replica.stop()

    try:
        loaded = replicated.names.get(7)
        far = replicated.following.after(7, cursor=999, limit=2).ids
    finally:
        mariadb_replica.replica.start()

    assert (loaded, far) == (Name(name="before"), (13, 12))


def test_what_was_invalidated_is_not_loaded_from_a_replica_that_lags(replicated, mariadb_replica):
    mariadb_replica.replica.stop_following()
    _rename(7, "after")

    replicated.names.invalidate(7)

    assert replicated.names.get(7) == Name(name="after")
