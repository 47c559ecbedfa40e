"""Copies that a server vouches for end with its word: when it dies, is silent, busy or too fast."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
import redis as driver

from common.errors import DependencyUnavailable
from common.extensions.redis import Edge, Patience, cache, tracking
from scripts.valkey import ValkeyServer
from tests.support.harness.runtime import bear_with_redis
from tests.support.harness.tracking import KEY, current, keep, listening, vouch_for_long
from tests.support.harness.waiting import eventually


@pytest.fixture
def copies(runtime):
    """The copies of a process whose tracker listens."""
    return listening()


@pytest.fixture
def busy(redis, valkey):
    """The server runs a script and tells everybody so, while inside ``with busy():``."""
    redis.config_set("busy-reply-threshold", 10)

    @contextmanager
    def running():
        with ThreadPoolExecutor(1) as other, valkey.client() as client:
            script = other.submit(client.eval, "while true do end", 0)
            eventually(lambda: raises_busy(redis))
            yield
            redis.script_kill()
            assert isinstance(script.exception(), driver.ResponseError)

    yield running
    redis.config_set("busy-reply-threshold", 5000)


def raises_busy(redis):
    try:
        redis.ping()
    except driver.ResponseError as error:
        return "BUSY" in str(error)
    return False


def test_a_server_in_trouble_is_asked_as_usual(runtime, busy):
    bear_with_redis(runtime, Patience(ask_seconds=0.01))
    listening()

    with busy():
        eventually(lambda: cache.copies() is None and cache._tracker._link is None)

    assert cache.command("PING") == b"PONG"


def test_a_server_that_was_busy_is_tracked_later(runtime, busy):
    bear_with_redis(runtime, Patience(refused_seconds=0.1))
    cache.command("PING")
    cache.copies()
    with busy(), suppress(DependencyUnavailable):
        cache.command("GET", KEY)

    assert listening() is not None


def test_the_end_of_a_connection_is_noticed_behind_what_was_said_last(copies, redis):
    keep(copies)
    redis.set("art:2:info", "unread")
    redis.client_kill_filter(_type="pubsub")
    redis.set(KEY, "told to nobody")

    assert cache.copies() is None


def after_news(redis, count):
    """Whether there are copies after so much news, and whether the one that has changed is among
    them; several times."""
    for turn in range(10):
        keep(listening())
        for number in range(count):
            redis.set(f"art:{10_000_000 + number}:info", "x")
        redis.set(KEY, turn)
        found = cache.copies()
        yield found is not None, found is not None and KEY in found.entries


def test_little_news_ends_only_the_copies_that_it_is_about(runtime, redis):
    vouch_for_long(runtime)  # no question of ours that is open ends them

    assert set(after_news(redis, 50)) == {(True, False)}


@pytest.mark.parametrize("count", [250, 1000, 4000])
def test_as_much_news_as_a_socket_may_not_hold_ends_all_copies(runtime, redis, count):
    vouch_for_long(runtime)  # only the news may end them

    assert set(after_news(redis, count)) == {(False, False)}


def test_so_much_has_changed_that_it_is_cheaper_to_begin_anew(runtime, redis):
    bear_with_redis(runtime, Patience(most_bytes=10_000))
    keep(listening())

    redis.mset({f"art:{number}:info": "new" for number in range(5000)})

    eventually(lambda: cache._tracker._link is None or cache.copies() is None)
    assert KEY not in listening().entries


def test_nobody_listens_for_a_process_that_never_asks(runtime, redis):
    for _ in range(3):
        cache.command("GET", KEY)

    eventually(lambda: redis.client_list(_type="pubsub") == [])


def test_servers_elsewhere_and_of_many_threads_are_not_tracked(tmp_path):
    assert tracking.tracker_of("redis://192.0.2.1:6379/0") is None
    server = ValkeyServer(tmp_path, socket=tmp_path / "s", options={"io-threads": "2", "save": ""})
    server.start()
    edge = Edge("tested")
    edge.bind(lambda: driver.Redis.from_url(server.url, protocol=2), server=server.url)
    try:
        for _ in range(3):
            assert edge.copies() is None
            edge.command("PING")
        assert edge.copies() is None
    finally:
        edge.close()
        server.stop()


_GREEN = """
import eventlet
eventlet.monkey_patch()
import sys, redis
from common.extensions.redis import Edge
edge = Edge("green")
edge.bind(lambda: redis.Redis.from_url(sys.argv[1], protocol=2), server=sys.argv[1])
for _ in range(3):
    assert edge.copies() is None
    assert edge.command("PING") == b"PONG"
"""


def test_green_threads_ask_as_usual(valkey):
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _GREEN, valkey.url], check=True, timeout=60
    )


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


def test_a_silent_server_vouches_for_a_moment_only(runtime, hung):
    bear_with_redis(runtime, Patience(vouched_seconds=0.2, ask_seconds=0.05))
    keep(listening())

    with hung():
        eventually(lambda: cache.copies() is None)

    # nothing was missed meanwhile, so the copy is good again
    assert current().entries[KEY] == b"old"


def test_a_server_that_is_silent_for_long_is_given_up(runtime, hung, redis):
    bear_with_redis(runtime, Patience(silent_seconds=0.05))
    keep(listening())

    with hung():
        eventually(lambda: cache.copies() is None)
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
    assert current().entries[KEY] == b"old"
