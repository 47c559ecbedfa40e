"""One leader at a time, and a former one that writes nothing more (contract/jobs.md §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.errors import DependencyUnavailable
from common.extensions.db import db, init_db
from common.models import RevokedToken
from common.services.jobs import leadership
from common.services.jobs.leadership import BY_HAND, Lease, LeaseLost, TimeIsUp, fenced, warrant
from common.utils import clock
from tests.support.harness.threads import at_once

TTL = timedelta(seconds=30)
MINUTE = timedelta(minutes=1)


def lease(owner: str) -> Lease:
    return Lease(owner=owner, ttl=TTL)


def write(jti: str) -> None:
    with fenced() as session:
        session.add(RevokedToken(jti=jti, expires_at=clock.now()))


def written() -> list[str]:
    return [token.jti for token in db.session.query(RevokedToken)]


def test_the_first_who_asks_leads_until_he_stops_renewing(runtime):
    first, second = lease("first"), lease("second")

    assert (first.hold(), second.hold()) == (True, False)
    with time_machine.travel(clock.utc_now() + TTL * 2 / 3):
        assert (first.hold(), second.hold()) == (True, False)
    with time_machine.travel(clock.utc_now() + TTL * 4):
        assert second.hold()
    assert (first.fence is not None, second.fence) == (True, first.fence + 1)


def test_of_many_who_ask_at_once_one_leads(runtime):
    leases = [lease(f"candidate {n}") for n in range(6)]

    answers = at_once(*[each.hold for each in leases])

    assert sum(answers) == 1


def test_renewing_keeps_the_fence_and_every_new_leader_raises_it(runtime):
    first, second = lease("first"), lease("second")
    first.hold()
    fence = first.fence
    first.hold()
    kept = first.fence
    first.resign()
    second.hold()

    assert (kept, second.fence) == (fence, fence + 1)


def test_who_resigns_is_followed_at_once(runtime):
    first, second = lease("first"), lease("second")
    first.hold()

    first.resign()

    assert first.fence is None
    assert second.hold()


def test_who_was_overtaken_cannot_resign_for_his_successor(runtime):
    first, second, third = lease("first"), lease("second"), lease("third")
    first.hold()
    with time_machine.travel(clock.utc_now() + TTL * 2):
        second.hold()
        first.resign()

        assert not third.hold()


def test_a_job_of_the_leader_writes(runtime):
    leader = lease("leader")
    leader.hold()

    with warrant(fence=leader.fence, timeout=MINUTE):
        write("by the leader")

    assert written() == ["by the leader"]


def test_a_job_of_a_former_leader_writes_nothing_more(runtime):
    former, leader = lease("former"), lease("leader")
    former.hold()
    fence = former.fence
    with time_machine.travel(clock.utc_now() + TTL * 2):
        leader.hold()

    with warrant(fence=fence, timeout=MINUTE):
        with pytest.raises(LeaseLost):
            write("too late")
        with pytest.raises(LeaseLost):
            leadership.still_in_charge()

    assert written() == []


def test_a_job_that_has_had_its_time_writes_nothing_more(runtime):
    with warrant(fence=BY_HAND, timeout=timedelta()), pytest.raises(TimeIsUp):
        write("too late")

    assert written() == []


def test_a_job_started_by_hand_needs_no_lease(runtime):
    lease("leader").hold()

    with warrant(fence=BY_HAND, timeout=MINUTE):
        write("by hand")
        leadership.still_in_charge()

    assert written() == ["by hand"]


def test_outside_of_jobs_it_is_just_a_transaction(runtime):
    leadership.still_in_charge()

    write("by a service")

    assert written() == ["by a service"]


def test_a_lease_outlives_a_short_outage_of_sql_but_not_a_long_one(runtime):
    seconds = [0.0]
    leader = Lease(owner="leader", ttl=TTL, now=lambda: seconds[0])
    leader.hold()
    gone = runtime.model_copy(update={"data_dir": runtime.data_dir / "gone"})
    init_db(gone)
    with pytest.raises(DependencyUnavailable):
        leader.hold()
    during = leader.fence

    seconds[0] += TTL.total_seconds()

    assert (during is not None, leader.fence) == (True, None)
