"""Copies that the server vouches for: current whatever others do, and gone when it is silent."""

from __future__ import annotations

import threading
import time

import pytest

from common.extensions.redis import Patience, cache, store
from common.extensions.redis.copies import KEPT_SECONDS, TrackedCopies
from tests.support.harness.runtime import bear_with_redis
from tests.support.harness.tracking import KEY, current, keep, listening
from tests.support.harness.waiting import eventually


@pytest.fixture
def copies(runtime):
    """The copies of a process whose tracker listens."""
    return listening()


def test_nobody_vouches_before_the_first_use(runtime):
    assert cache.copies() is None


@pytest.mark.parametrize("pause", [Patience().ask_seconds, 0.002], ids=["seldom", "often"])
def test_a_change_is_known_before_whoever_made_it_has_his_answer(runtime, redis, pause):
    bear_with_redis(runtime, Patience(ask_seconds=pause))  # our own questions are in between
    copies = listening()
    busy, over = [], threading.Event()
    for _ in range(2):
        busy.append(
            threading.Thread(target=lambda: [redis.ping() for _ in iter(over.is_set, True)])
        )
        busy[-1].start()
    looked, outdated = 0, []

    for number in range(3000):
        keep(copies)
        redis.set(KEY, number)
        found = cache.copies()
        looked += found is copies
        if found is not None and KEY in found.entries:
            outdated.append(number)

    over.set()
    for thread in busy:
        thread.join()
    assert outdated == []
    assert looked >= 100, "the copies had ended before anything was shown"


@pytest.mark.parametrize(
    "change",
    [
        lambda redis: redis.delete(KEY),
        lambda redis: redis.eval("redis.call('SET', KEYS[1], 'new')", 1, KEY),
        lambda redis: redis.rename("elsewhere", KEY),
        lambda redis: redis.pexpire(KEY, 0),
    ],
    ids=["deleted", "script", "renamed", "expired"],
)
def test_whatever_changes_a_key_ends_its_copy(copies, redis, change):
    redis.set(KEY, "old")
    redis.set("elsewhere", "new")
    keep(current())

    change(redis)

    assert KEY not in current().entries


def test_a_flush_ends_all_copies_a_moment_after_its_answer(copies, redis):
    keep(current())

    redis.flushall()  # the one change that is answered before it is told (ADR 0004)

    eventually(lambda: current().entries == {})


def test_a_key_that_expires_by_itself_ends_its_copy(copies, redis):
    redis.set(KEY, "old", px=20)
    keep(current())

    eventually(lambda: KEY not in current().entries)


def test_changes_of_other_keys_leave_a_copy_alone(copies, redis):
    keep(copies)

    redis.set("art:2:info", "new")
    redis.set("feed:1:0:pages", "not followed")

    assert current().entries[KEY] == b"old"


def test_what_was_read_before_a_change_is_not_kept_after_it(copies, redis):
    drops = current().drops
    redis.set(KEY, "new")
    current()  # another thread takes notice

    copies.keep({KEY: b"old"}, size=10, drops=drops)
    copies.keep_parts("count:art:liking", {1: 5}, drops=drops)

    assert current().entries == {}


def test_own_changes_count_at_once(copies):
    keep(copies)

    cache.drop_copies([KEY])

    assert KEY not in copies.entries


def test_what_was_made_of_copies_ends_with_any_of_them(copies, redis):
    keep(copies, **{"user:1:profile": b"author"})
    drops = copies.drops
    sources = {KEY: copies.entries[KEY], "user:1:profile": copies.entries["user:1:profile"]}
    copies.keep_derived("made", 7, "of both", sources, size=1, drops=drops)
    copies.keep_derived("made", 8, "of one", {KEY: sources[KEY]}, size=1, drops=drops)
    copies.keep_derived("made", 9, "of another", {KEY: b"another"}, size=1, drops=drops)
    assert copies.entries["made"] == {7: "of both", 8: "of one"}

    redis.set("user:1:profile", "renamed")

    assert current().entries == {KEY: b"old", "made": {8: "of one"}}


def test_edges_of_one_server_share_what_it_says(copies):
    assert store.copies() is copies


def test_copies_are_let_go_of_once_in_a_while_and_when_there_are_many():
    copies = TrackedCopies(most_bytes=25)
    keep(copies)
    copies.age(time.monotonic() + KEPT_SECONDS + 1)
    assert copies.entries == {}

    for number in range(9):
        copies.keep({f"art:{number}:info": b"a"}, size=10, drops=copies.drops)

    assert list(copies.entries) == ["art:8:info"]


@pytest.mark.settings(redis_tracking=False)
def test_an_operator_can_turn_tracking_off(runtime, redis):
    for edge in (cache, store):
        for _ in range(2):  # asked for copies once, a process would listen from the next stage on
            assert edge.copies() is None
            assert edge.command("GET", KEY) is None

    assert all("t" not in client["flags"] for client in redis.client_list())
    assert cache._tracker is store._tracker is None
