"""First ids drawn inside a transaction: on SQLite the lease is only as good as its commit."""

from __future__ import annotations

import pytest

from common.extensions import db as sql
from tests.support.processes.id_streams import SECOND, FakeClock, leases, worker_of


def test_the_first_id_may_be_drawn_inside_a_transaction(issuer):
    holder = issuer()

    with sql.transaction():
        inside = holder.new_ids(2)
    outside = holder.new_ids(2)

    assert inside + outside == sorted({*inside, *outside})
    assert {worker_of(id_) for id_ in inside + outside} == {0}
    assert len(leases()) == 1


def test_a_lease_taken_inside_a_transaction_is_gone_when_it_rolls_back(issuer):
    holder = issuer()

    with sql.transaction() as session:
        holder.new_ids(1)
        session.rollback()

    assert leases() == []
    assert holder.new_ids(1)
    assert len(leases()) == 1


def test_a_lease_taken_inside_a_savepoint_that_rolls_back_is_not_used(issuer):
    holder = issuer()

    with sql.transaction() as session:
        savepoint = session.begin_nested()
        holder.new_ids(1)
        savepoint.rollback()
        holder.new_ids(1)

    assert len(leases()) == 1
    assert leases()[0].owner == holder._held.slot.owner


def test_a_later_rollback_leaves_a_committed_lease_alone(issuer):
    holder = issuer()
    with sql.transaction():
        before = holder.new_ids(1)

    with pytest.raises(ZeroDivisionError), sql.transaction():
        raise ZeroDivisionError

    assert worker_of(holder.new_ids(1)[0]) == worker_of(before[0])


def test_a_transaction_longer_than_the_lease_still_gets_ids(issuer, clock: FakeClock):
    holder = issuer()

    with sql.transaction():
        ids = holder.new_ids(1)
        clock.ms += 120 * SECOND
        ids += holder.new_ids(1)

    assert ids == sorted(set(ids))
    assert holder.is_ready()
