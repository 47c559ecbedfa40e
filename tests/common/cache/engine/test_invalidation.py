"""What was read before an invalidation is never served after it (faults.md 39, redis.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from sqlalchemy import select, update

from common.cache.engine import leases
from common.cache.engine.loading import invalidate_keys
from common.extensions.db import db, engines, router, transaction
from common.models import User, schema
from tests.support.harness.cached import (
    HOLD_SECONDS,
    KINDS,
    Cached,
    Name,
    change,
    elsewhere,
    in_background,
    people,
    person,
)
from tests.support.harness.waiting import eventually

LOOKING = {"cmdstat_info", "cmdstat_ping"}


def _held_loader(kind: Any, ledger: Any, gate: Any, user_id: int) -> Future[Any]:
    """A reader who has read the old rows and has not stored them yet."""
    loader = in_background(lambda: kind.ask(Cached(ledger, gate), user_id))
    assert gate.reached.wait(HOLD_SECONDS)
    return loader


def test_what_an_older_read_brings_is_never_stored(cached, kind, ledger, gate, redis):
    user_id = person(7)
    loader = _held_loader(kind, ledger, gate, user_id)
    change(user_id)

    invalidate_keys([kind.key(user_id)])
    gate.opened.set()
    loader.result(HOLD_SECONDS)

    assert redis.exists(kind.key(user_id)) == 0
    assert kind.ask(cached, user_id) == kind.after


def test_who_asks_after_an_invalidation_does_not_wait_for_the_older_read(
    cached, kind, ledger, gate
):
    user_id = person(7)
    loader = _held_loader(kind, ledger, gate, user_id)
    change(user_id)
    invalidate_keys([kind.key(user_id)])

    answer = kind.ask(cached, user_id)  # the older read is still under way

    gate.opened.set()
    loader.result(HOLD_SECONDS)
    assert answer == kind.after
    assert kind.ask(cached, user_id) == kind.after


def _commands_of_others(redis) -> int:
    """What the server has done so far, without our looking and without being asked for life."""
    done = redis.info("commandstats")
    return sum(each["calls"] for name, each in done.items() if name not in LOOKING)


def test_who_joined_a_read_that_another_process_outdated_reads_again(
    cached, kind, ledger, gate, redis
):
    user_id = person(7)
    loader = _held_loader(kind, ledger, gate, user_id)
    change(user_id)
    redis.delete(leases.lease_key(kind.key(user_id)), kind.key(user_id))  # what others do to CACHE
    asked = _commands_of_others(redis)

    later = in_background(lambda: kind.ask(cached, user_id))
    eventually(lambda: _commands_of_others(redis) > asked)  # it has missed, and joins
    gate.opened.set()

    assert later.result(HOLD_SECONDS) == kind.after
    assert loader.result(HOLD_SECONDS) == kind.before  # it had asked before
    assert kind.ask(cached, user_id) == kind.after


def test_a_read_that_took_longer_than_its_lease_is_not_stored(cached, kind, ledger, gate, redis):
    user_id = person(7)
    loader = _held_loader(kind, ledger, gate, user_id)
    redis.delete(leases.lease_key(kind.key(user_id)))  # as if its time were over

    gate.opened.set()

    assert loader.result(HOLD_SECONDS) == kind.before
    assert redis.exists(kind.key(user_id)) == 0


def test_the_old_view_of_an_open_read_transaction_is_not_served(cached, kind):
    user_id = person(7)
    db.session.execute(select(User.user_name))  # SQLite: from now on this thread sees this moment
    elsewhere(lambda: change(user_id))

    answer = kind.ask(cached, user_id)

    assert answer == kind.after


def test_rows_that_are_not_committed_are_seen_by_their_writer_only(cached, kind, redis):
    user_id = person(7)

    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name="after"))
        own = cached.names.get(user_id)
        kind.ask(cached, user_id)
        is_cached = redis.exists(kind.key(user_id))
        others = elsewhere(lambda: cached.names.get(user_id))

    assert own == Name(name="after")
    assert others == Name(name="before")
    assert is_cached == 0


def _rename_and_roll_back(user_id: int, meanwhile: Callable[[], object]) -> None:
    with transaction() as session:
        session.execute(update(User).where(User.user_id == user_id).values(user_name="after"))
        meanwhile()
        raise ZeroDivisionError


def test_rows_that_are_rolled_back_were_never_cached(cached, redis):
    user_id = person(7)

    with pytest.raises(ZeroDivisionError):
        _rename_and_roll_back(user_id, lambda: cached.names.get(user_id))

    assert redis.keys("test:*") == []
    assert cached.names.get(user_id) == Name(name="before")


def test_asking_for_a_far_page_does_not_end_an_open_transaction(cached):
    user_id = person(7)
    cached.following.page(user_id, first=0, limit=1)

    with pytest.raises(ZeroDivisionError):  # the unknown cursor is looked up in SQL
        _rename_and_roll_back(user_id, lambda: cached.following.after(user_id, cursor=9, limit=1))

    assert db.session.scalar(select(User.user_name)) == "before"


def test_an_invalidation_drops_many_keys_in_one_stage(cached, cost, redis):
    ids = people(*range(1, 51))
    cached.names.get_many(ids)

    with cost() as spent:
        cached.names.invalidate(*ids)

    assert spent.stages == 1
    assert redis.keys("test:*") == []


def test_an_invalidation_is_remembered_longer_than_a_replica_may_lag(cached, redis):
    cached.names.invalidate(7)

    remembered_ms = redis.pttl(leases.mark_key(KINDS["value"].key(7)))

    assert engines.MAX_REPLICA_LAG_SECONDS * 1000 < remembered_ms <= leases.INVALIDATED_MS


@pytest.fixture
def lagging_replica(settings, runtime, tmp_path):
    """A replica that has not seen anything of the primary yet; it may serve reads."""
    replicas = engines.Replicas(settings, [f"sqlite:///{tmp_path / 'replica.db'}"])
    (engine,) = replicas.engines
    schema.upgrade(engine)
    replicas.probe()
    router.replicas = replicas
    yield engine
    db.session.remove()
    router.replicas = None
    engine.dispose()


def test_what_was_invalidated_a_moment_ago_is_read_from_the_primary(cached, kind, lagging_replica):
    user_id = person(7)
    from_replica = kind.ask(cached, user_id)

    invalidate_keys([kind.key(user_id)])
    from_primary = kind.ask(cached, user_id)

    assert not from_replica
    assert from_primary == kind.before
