"""Leases of worker numbers: one holder at a time, and no time used twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions import db as sql
from common.models.infrastructure import WorkerLease
from common.services.ids import worker_leases
from common.utils.background import process
from tests.support.processes.id_streams import NOW, SECOND


def claim(now_ms: int = NOW, *, workers: int = 64, only: int | None = None):
    worker_ids = range(workers) if only is None else [only]
    return worker_leases.claim(datacenter_id=0, worker_ids=worker_ids, now_ms=now_ms)


def row_of(worker_id: int) -> WorkerLease:
    with sql.session_scope() as session:
        return session.scalars(select(WorkerLease).where(WorkerLease.worker_id == worker_id)).one()


def test_each_claim_gets_another_worker_until_none_is_left():
    slots = [claim(workers=3) for _ in range(4)]

    assert [slot.worker_id for slot in slots[:3]] == [0, 1, 2]
    assert len({slot.owner for slot in slots[:3]}) == 3
    assert slots[3] is None


def test_a_lease_is_free_again_after_sixty_seconds_without_renewal():
    former = claim(workers=1)

    assert claim(NOW + 59 * SECOND, workers=1) is None
    assert claim(NOW + 60 * SECOND, workers=1).owner != former.owner


def test_a_renewed_lease_is_kept():
    slot = claim(workers=1)

    ceiling_ms = worker_leases.renew(slot, now_ms=NOW + 50 * SECOND)

    assert ceiling_ms == NOW + 110 * SECOND
    assert claim(NOW + 61 * SECOND, workers=1) is None


def test_a_successor_starts_where_the_former_holder_had_to_end():
    former = claim(workers=1)

    successor = claim(NOW + 60 * SECOND, workers=1)

    assert successor.floor_ms == former.ceiling_ms == NOW + 60 * SECOND
    assert successor.ceiling_ms == NOW + 120 * SECOND


def test_a_lease_taken_over_cannot_be_renewed_by_its_former_holder():
    former = claim(workers=1)
    claim(NOW + 60 * SECOND, workers=1)

    assert worker_leases.renew(former, now_ms=NOW + 61 * SECOND) is None


def test_an_expired_lease_that_nobody_took_can_still_be_renewed():
    slot = claim(workers=1)

    assert worker_leases.renew(slot, now_ms=NOW + 3600 * SECOND) == NOW + 3660 * SECOND


def test_a_lease_given_back_is_free_at_once_and_remembers_the_last_id():
    slot = claim(workers=1)

    worker_leases.give_back(slot, last_ms=NOW + 2 * SECOND)
    successor = claim(NOW + SECOND, workers=1)

    assert successor.floor_ms == NOW + 2 * SECOND


def test_a_former_holder_cannot_give_back_what_is_no_longer_his():
    former = claim(workers=1)
    successor = claim(NOW + 60 * SECOND, workers=1)

    worker_leases.give_back(former, last_ms=NOW)

    assert row_of(0).owner == successor.owner


def test_a_worker_whose_ids_ran_far_ahead_is_passed_over():
    slot = claim()
    worker_leases.give_back(slot, last_ms=NOW + 6 * SECOND)

    assert claim(NOW).worker_id == 1
    assert claim(NOW + SECOND).worker_id == 0


def test_a_worker_asked_for_by_number_is_taken_even_if_it_has_to_wait():
    slot = claim(only=7)
    worker_leases.give_back(slot, last_ms=NOW + 3600 * SECOND)

    successor = claim(NOW, only=7)

    assert successor.worker_id == 7
    assert successor.floor_ms == NOW + 3600 * SECOND
    assert successor.ceiling_ms >= successor.floor_ms


def test_a_worker_asked_for_by_number_is_refused_while_another_process_holds_it():
    claim(only=7)

    assert claim(NOW + 10 * SECOND, only=7) is None


def test_a_claim_that_was_overtaken_changes_nothing():
    former = claim(workers=1)
    stale = worker_leases.Slot(0, 0, "late", floor_ms=former.floor_ms, ceiling_ms=NOW)

    with sql.transaction() as session:
        taken = worker_leases._replace(session, stale, former.owner, NOW)

    assert not taken
    assert row_of(0).owner == former.owner


def test_datacenters_do_not_share_workers():
    first = worker_leases.claim(datacenter_id=1, worker_ids=[5], now_ms=NOW)
    second = worker_leases.claim(datacenter_id=2, worker_ids=[5], now_ms=NOW)

    assert (first.datacenter_id, second.datacenter_id) == (1, 2)


def test_owners_fit_the_column(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("socket.gethostname", lambda: "h" * 253)

    assert len(process.new_owner()) <= 64
