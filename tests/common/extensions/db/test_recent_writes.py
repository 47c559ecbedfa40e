"""Who wrote a moment ago reads from the primary, whichever process he wrote through."""

from __future__ import annotations

import pytest

from common.extensions.db import recent_writes
from common.extensions.redis import cache
from common.utils.observing import acting


@pytest.fixture
def acting_user(runtime):
    """User 7 acts in this thread."""
    acting.set_user(7)
    yield 7
    acting.begin()
    recent_writes.forget()


def test_a_user_who_has_not_written_may_read_a_replica(acting_user):
    assert not recent_writes.has_written()


def test_a_user_who_wrote_reads_the_primary_without_a_round_trip(acting_user, cost):
    recent_writes.note()

    with cost() as spent:
        assert recent_writes.has_written()

    assert spent.stages == 0


def test_another_process_learns_of_the_write_through_cache(acting_user, redis):
    recent_writes.note()
    recent_writes.forget()  # as in a process that did not see the write

    assert recent_writes.has_written()
    assert 0 < redis.pttl("user:7:wrote") <= recent_writes.WINDOW.total_seconds() * 1000


def test_other_users_and_visitors_are_not_concerned(acting_user):
    recent_writes.note()

    acting.set_user(8)
    assert not recent_writes.has_written()
    acting.begin()
    assert not recent_writes.has_written()


def test_while_cache_is_away_the_primary_is_asked(acting_user, valkey):
    valkey.stop()
    cache.close()

    assert recent_writes.has_written()

    valkey.start()
