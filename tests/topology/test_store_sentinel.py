"""STORE behind real Sentinels: what a change of masters means to its callers (faults.md 18-28)."""

from __future__ import annotations

import os
import signal

import pytest
import redis as driver

from common.errors import DependencyUnavailable
from common.extensions.redis import Patience, store
from scripts.valkey import ValkeyServer
from tests.support.harness.runtime import bear_with_redis, bound
from tests.support.harness.waiting import eventually
from tests.support.servers.redis_servers import SERVICE


@pytest.fixture
def sentinel(stores, redis_sentinel, redis_sentinel_settings):
    """The product on this STORE; a counter stands at 1 on both servers."""
    stores.reset()
    with bound(redis_sentinel_settings):
        store.command("SET", "counter", 1)
        eventually(lambda: _is_replicated(redis_sentinel.master), what="the replica")
        yield redis_sentinel


def _is_replicated(master: ValkeyServer) -> bool:
    with master.client() as client:
        try:
            return bool(client.wait(1, 5000) == 1)
        except driver.ConnectionError:  # servers that find their roles cut everybody off
            return False


def _is_replica(server: ValkeyServer) -> bool:
    with server.client() as client:
        try:
            return bool(client.info("replication")["role"] == "slave")
        except driver.ConnectionError:  # it cuts everybody off when it becomes one
            return False


def test_after_a_change_of_masters_the_first_write_goes_to_the_new_one(sentinel):
    old = sentinel.master
    with sentinel.sentinels[0].client() as client:
        client.execute_command("SENTINEL FAILOVER", SERVICE)
    sentinel.wait_for_failover(old)
    eventually(lambda: _is_replica(old), what="the old master following")

    assert store.command("INCR", "counter") == 2


def test_while_all_sentinels_are_away_the_known_master_is_used(sentinel):
    for one in sentinel.sentinels:
        one.kill()

    assert store.command("INCR", "counter") == 2


def test_while_the_master_hangs_reads_come_from_the_replica_and_writes_are_refused(
    sentinel, redis_sentinel_settings
):
    bear_with_redis(redis_sentinel_settings, Patience(open_seconds=3600.0))
    assert store.command("GET", "counter") == b"1"  # it knows its master
    pid = sentinel.master.pid
    os.kill(pid, signal.SIGSTOP)

    try:
        with pytest.raises(DependencyUnavailable):
            store.command("INCR", "counter")
        read = [store.command("GET", "counter", read_only=True) for _ in range(10)]
    finally:
        os.kill(pid, signal.SIGCONT)

    assert read == [b"1"] * 10
