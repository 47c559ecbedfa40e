"""The id generator of one process: leasing, renewing, losing and giving back its worker."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from common.errors import DependencyUnavailable
from common.extensions import db as sql
from common.extensions.db import engines
from common.models.infrastructure import WorkerLease
from common.utils.snowflake import COMPACT
from tests.support.processes import id_streams
from tests.support.processes.id_streams import NOW, SECOND, FakeClock, leases, worker_of


def test_nothing_is_leased_before_the_first_id(issuer):
    first = issuer()
    assert leases() == []

    first.new_ids(1)

    assert [lease.worker_id for lease in leases()] == [0]


def test_threads_that_start_together_lease_one_worker(issuer):
    shared = issuer()
    ids: list[int] = []
    threads = [threading.Thread(target=lambda: ids.extend(shared.new_ids(1))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(ids)) == 8
    assert len(leases()) == 1


def test_two_processes_never_hold_one_lease(issuer):
    first, second = issuer(), issuer()

    assert worker_of(first.new_ids(1)[0]) != worker_of(second.new_ids(1)[0])


def test_an_explicit_worker_is_taken_exactly(issuer):
    assert worker_of(issuer(worker_ids=[42]).new_ids(1)[0]) == 42


def test_the_second_process_with_the_same_explicit_worker_is_not_ready(issuer):
    first, second = issuer(worker_ids=[7]), issuer(worker_ids=[7])

    assert first.is_ready()
    assert not second.is_ready()
    with pytest.raises(DependencyUnavailable):
        second.new_ids(1)


def test_the_second_process_becomes_ready_when_the_first_has_ended(issuer):
    first, second = issuer(worker_ids=[7]), issuer(worker_ids=[7], retry_seconds=0)
    used = first.new_ids(3)
    assert not second.is_ready()

    first.release()

    assert second.is_ready()
    assert min(second.new_ids(3)) > max(used)


def test_a_refused_lease_is_not_asked_for_again_with_every_id(issuer):
    issuer(worker_ids=[7]).new_ids(1)
    second = issuer(worker_ids=[7])
    assert not second.is_ready()

    with sql.transaction() as session:
        session.execute(delete(WorkerLease))

    assert not second.is_ready()  # for a second


def test_a_crashed_process_blocks_its_worker_for_sixty_seconds_only(issuer, clock: FakeClock):
    crashed = issuer(worker_ids=[7]).new_ids(10_000)  # runs ahead of the clock

    clock.ms += 60 * SECOND
    following = issuer(worker_ids=[7]).new_ids(3)

    assert min(following) > max(crashed)


def test_a_holder_that_could_not_renew_issues_nothing_beyond_its_lease(issuer, clock: FakeClock):
    sleeper = issuer(worker_ids=[7])
    before = sleeper.new_ids(3)
    clock.ms += 60 * SECOND
    successor = issuer(worker_ids=[7])
    after = successor.new_ids(3)

    clock.ms += SECOND
    assert not sleeper.is_ready()
    with pytest.raises(DependencyUnavailable):
        sleeper.new_ids(1)

    assert min(after) > max(before)


def test_a_holder_that_overslept_goes_on_if_nobody_took_its_worker(issuer, clock: FakeClock):
    sleeper = issuer()
    before = sleeper.new_ids(1)

    clock.ms += 3600 * SECOND
    after = sleeper.new_ids(1)

    assert worker_of(before[0]) == worker_of(after[0]) == 0
    assert after > before
    assert leases()[0].last_ms == clock.ms + 60 * SECOND


def test_an_overslept_holder_whose_worker_was_taken_leases_another(issuer, clock: FakeClock):
    sleeper = issuer()
    sleeper.new_ids(1)
    clock.ms += 60 * SECOND
    assert worker_of(issuer().new_ids(1)[0]) == 0

    clock.ms += SECOND

    assert worker_of(sleeper.new_ids(1)[0]) == 1


def test_renewal_prolongs_the_lease(issuer, clock: FakeClock):
    holder = issuer()
    holder.new_ids(1)

    clock.ms += 10 * SECOND
    holder.renew()
    clock.ms += 59 * SECOND

    assert holder.is_ready()
    assert leases()[0].last_ms == NOW + 70 * SECOND


def test_a_lease_that_was_wiped_is_taken_anew(issuer):
    holder = issuer()
    before = holder.new_ids(1)
    with sql.transaction() as session:
        session.execute(delete(WorkerLease))

    holder.renew()
    after = holder.new_ids(1)

    assert after > before
    assert len(leases()) == 1


def test_a_small_step_back_of_the_clock_is_bridged(issuer, clock: FakeClock):
    holder = issuer()
    before = holder.new_ids(1)

    clock.ms -= 5 * SECOND

    assert holder.is_ready()
    assert holder.new_ids(1) > before


def test_a_large_step_back_makes_the_node_not_ready_until_the_clock_has_caught_up(
    issuer, clock: FakeClock
):
    holder = issuer()
    before = holder.new_ids(1)

    clock.ms -= 3600 * SECOND
    assert not holder.is_ready()
    with pytest.raises(DependencyUnavailable):
        holder.new_ids(1)
    clock.ms += 3600 * SECOND

    assert holder.is_ready()
    assert holder.new_ids(1) > before


def test_a_restart_with_a_clock_set_back_takes_a_worker_without_a_future(issuer, clock: FakeClock):
    former = issuer()
    used = former.new_ids(3)
    former.release()

    clock.ms -= 3600 * SECOND
    fresh = issuer().new_ids(3)

    assert {worker_of(id_) for id_ in fresh} == {1}
    assert not set(fresh) & set(used)


def test_while_the_database_is_down_there_are_no_first_ids_but_held_leases_go_on(
    issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    holder = issuer()
    holder.new_ids(1)
    settings = id_streams.settings(tmp_path / "missing")
    monkeypatch.setattr(sql.router, "primary", engines.create(settings, settings.sql_url))

    assert holder.new_ids(1)
    newcomer = issuer()
    assert not newcomer.is_ready()
    with pytest.raises(DependencyUnavailable):
        newcomer.new_ids(1)


def test_the_lease_is_given_back_at_the_end(issuer):
    holder = issuer()
    last = holder.new_ids(1)[-1]

    holder.release()

    (lease,) = leases()
    assert lease.owner is None
    assert lease.last_ms == COMPACT.start_of(last >> 19) + 999


def test_an_issuer_can_be_used_again_after_its_release(issuer):
    holder = issuer()
    before = holder.new_ids(1)
    holder.release()

    assert holder.new_ids(1) > before


def test_a_renewal_against_a_foreign_row_drops_the_lease(issuer):
    holder = issuer()
    holder.new_ids(1)
    with sql.transaction() as session:
        session.execute(update(WorkerLease).values(owner="somebody else"))

    holder.renew()

    assert worker_of(holder.new_ids(1)[0]) == 1


def test_after_a_release_only_the_table_knows_how_far_the_ids_went(issuer, clock: FakeClock):
    holder = issuer()
    clock.ms += 3600 * SECOND
    holder.new_ids(1)
    holder.release()
    clock.ms -= 3600 * SECOND

    assert worker_of(holder.new_ids(1)[0]) == 1  # worker 0 has been used in what is now future
