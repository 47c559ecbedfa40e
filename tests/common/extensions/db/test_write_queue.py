"""Writers of the embedded database take turns, and those who wait are in nobody's way."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import QueuePool, select

from common.errors import TemporarilyUnavailable
from common.extensions.db import db, engine, session_scope, transaction
from common.extensions.db.write_queue import WriteQueue
from common.models import User
from tests.factories import UserFactory
from tests.support.harness.threads import at_once

WRITERS = 12


def write():
    with transaction() as session:
        session.execute(select(User.user_id).with_for_update())
    return "written"


@pytest.mark.settings(db_pool_size=2, db_max_overflow=0)
def test_waiting_writers_hold_no_connection_that_a_reader_needs(runtime):
    UserFactory()
    threads = [threading.Thread(target=_in_a_session_of_its_own, args=(write,)) for _ in range(12)]

    with transaction() as session:
        session.execute(select(User.user_id).with_for_update())
        for thread in threads:
            thread.start()
        read = at_once(lambda: db.session.scalars(select(User.user_id)).all())
        pool = engine().pool
        assert isinstance(pool, QueuePool)
        in_use = pool.checkedout()
    for thread in threads:
        thread.join()

    assert len(read[0]) == 1
    assert in_use == 1


def _in_a_session_of_its_own(call):
    with session_scope():
        call()


@pytest.mark.settings(db_pool_size=1, db_max_overflow=0)
def test_everybody_gets_a_turn(runtime):
    assert at_once(*[write] * WRITERS) == ["written"] * WRITERS


def test_a_transaction_that_fails_passes_the_turn_on(runtime):
    with pytest.raises(ZeroDivisionError), transaction():
        1 / 0  # noqa: B018 - the failure under test

    assert write() == "written"


def test_who_waits_too_long_is_told_to_come_back():
    queue = WriteQueue(wait_seconds=0.01)

    with queue.turn(), pytest.raises(TemporarilyUnavailable), queue.turn():
        pytest.fail("two writers at once")
