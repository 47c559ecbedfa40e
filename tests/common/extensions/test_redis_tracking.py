"""Copies that the server vouches for: current whatever others do, and gone when it is silent."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from common.extensions import redis_copies, redis_tracking
from common.extensions.redis import cache, store
from tests.support.waiting import until

KEY = "art:1:info"


@pytest.fixture
def copies(runtime):
    """The copies of a process whose tracker listens."""
    return listening()


def listening():
    """The current copies, as soon as the server vouches for them."""
    found = []

    def is_listening():
        cache.command("GET", KEY)
        found.append(cache.copies())
        return found[-1]

    assert until(is_listening)
    return found[-1]


def keep(copies, **entries):
    copies.keep([KEY, *entries], [b"old", *entries.values()], drops=copies.drops)


def test_nobody_vouches_before_the_first_use(runtime):
    assert cache.copies() is None


def test_a_change_is_known_before_whoever_made_it_has_his_answer(copies, redis):
    busy, over = [], threading.Event()
    for _ in range(2):
        busy.append(
            threading.Thread(target=lambda: [redis.ping() for _ in iter(over.is_set, True)])
        )
        busy[-1].start()
    outdated = []

    for number in range(3000):
        keep(copies)
        redis.set(KEY, number)
        current = cache.copies()
        if current is None or KEY in current.entries:
            outdated.append(number)

    over.set()
    for thread in busy:
        thread.join()
    assert outdated == []


@pytest.mark.parametrize(
    "change",
    [
        lambda redis: redis.delete(KEY),
        lambda redis: redis.eval("redis.call('SET', KEYS[1], 'new')", 1, KEY),
        lambda redis: redis.rename("elsewhere", KEY),
        lambda redis: redis.flushall(),
        lambda redis: redis.pexpire(KEY, 0),
    ],
    ids=["deleted", "script", "renamed", "flushed", "expired"],
)
def test_whatever_changes_a_key_ends_its_copy(copies, redis, change):
    redis.set(KEY, "old")
    redis.set("elsewhere", "new")
    copies = cache.copies()
    keep(copies)

    change(redis)

    assert KEY not in cache.copies().entries


def test_a_key_that_expires_by_itself_ends_its_copy(copies, redis):
    redis.set(KEY, "old", px=20)
    copies = cache.copies()
    keep(copies)

    assert until(lambda: KEY not in cache.copies().entries)


def test_changes_of_other_keys_leave_a_copy_alone(copies, redis):
    keep(copies)

    redis.set("art:2:info", "new")
    redis.set("feed:1:0:pages", "not followed")

    assert cache.copies().entries[KEY] == b"old"


def test_what_was_read_before_a_change_is_not_kept_after_it(copies, redis):
    batch = cache.batch()
    drops = batch.copies and batch.drops
    redis.set(KEY, "new")
    cache.copies()  # another thread takes notice

    copies.keep([KEY], [b"old"], drops=drops)
    copies.keep_parts("count:art:liking", {1: 5}, drops=drops)

    assert cache.copies().entries == {}


def test_own_changes_count_at_once(copies):
    keep(copies)

    cache.drop_copies([KEY])

    assert KEY not in copies.entries


def test_edges_of_one_server_share_what_it_says(copies):
    assert store.copies() is copies


def test_a_server_that_dies_takes_the_copies_along(copies, valkey):
    keep(copies)

    valkey.kill()

    assert cache.copies() is None
    valkey.start()
    assert KEY not in listening().entries


@pytest.fixture
def hung(valkey):
    """Stops the server while inside ``with hung():``."""

    @contextmanager
    def stopped():
        os.kill(valkey.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(valkey.pid, signal.SIGCONT)

    return stopped


def test_a_silent_server_vouches_for_a_moment_only(copies, hung, monkeypatch):
    monkeypatch.setattr(redis_tracking, "VOUCHED_SECONDS", 0.05)
    monkeypatch.setattr(redis_tracking, "ASK_SECONDS", 0.01)
    keep(copies)

    with hung():
        assert until(lambda: cache.copies() is None)

    assert until(cache.copies)  # nothing was missed meanwhile, so the copy is good again
    assert cache.copies().entries[KEY] == b"old"


def test_a_server_that_is_silent_for_long_is_given_up(copies, hung, redis, monkeypatch):
    monkeypatch.setattr(redis_tracking, "SILENT_SECONDS", 0.05)
    keep(copies)

    with hung():
        assert until(lambda: cache.copies() is None)
    redis.set(KEY, "new")

    assert KEY not in listening().entries


def test_a_connection_that_was_cut_ends_the_copies(copies, redis):
    keep(copies)

    redis.client_kill_filter(_type="pubsub")

    assert cache.copies() is None


def test_a_server_that_does_not_do_this_is_asked_as_usual(runtime, redis):
    redis.execute_command("ACL", "SETUSER", "default", "-client|tracking")
    try:
        for _ in range(3):
            cache.command("GET", KEY)

        assert cache.copies() is None
        assert cache.command("PING") == b"PONG"
    finally:
        redis.execute_command("ACL", "SETUSER", "default", "+client|tracking")


def test_copies_are_let_go_of_once_in_a_while_and_when_there_are_many(copies, monkeypatch):
    keep(copies)
    copies.age(time.monotonic() + redis_copies.KEPT_SECONDS + 1)
    assert copies.entries == {}

    monkeypatch.setattr(redis_copies, "KEPT", 2)
    keep(copies, **{"art:2:info": b"b"})
    keep(copies, **{"art:3:info": b"c"})

    assert len(copies.entries) == 2


def test_a_forked_child_has_no_copies_and_leaves_the_parents_alone(copies):
    keep(copies)
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, b"none" if cache.copies() is None else b"some")
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 4) == b"none"
    os.close(read)
    os.close(write)
    assert cache.copies().entries[KEY] == b"old"
