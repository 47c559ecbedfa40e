"""Real Valkey deployments on loopback: a Cluster of three, and a master with Sentinels."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

import redis

from scripts.valkey import ValkeyServer
from tests.support.harness.waiting import eventually
from tests.support.servers.servers import free_ports

SLOTS = 16_384
NODES = 3
SENTINELS = 3
SERVICE = "mymaster"
DOWN_AFTER_MS = 1_000
FAILOVER_TIMEOUT_MS = 5_000
TILT_MS = 600_000


class RedisCluster:
    """Three masters that share the slots."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [
            ValkeyServer(
                directory / str(port),
                port=port,
                options={
                    "save": "",
                    "appendonly": "no",
                    "cluster-enabled": "yes",
                    "cluster-config-file": "nodes.conf",
                    "cluster-node-timeout": "2000",
                },
            )
            for port in free_ports(NODES)
        ]
        self._running = ExitStack()

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of every node, as the setting REDIS_CLUSTER wants them."""
        return [("127.0.0.1", node.port) for node in self.nodes]

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            for node in self.nodes:
                node.start()
                starting.callback(node.stop)
            self._join()
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._running.close()

    def reset(self) -> None:
        """All nodes running, all keys gone."""
        for node in self.nodes:
            if node.pid is None:
                node.start()
        self._wait_until_whole()
        for node in self.nodes:
            with node.client() as client:
                client.flushall()

    def _join(self) -> None:
        per_node = SLOTS // NODES
        for number, node in enumerate(self.nodes):
            first = number * per_node
            last = SLOTS - 1 if number == NODES - 1 else first + per_node - 1
            with node.client() as client:
                client.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
                client.execute_command("CLUSTER MEET", "127.0.0.1", self.nodes[0].port)
        self._wait_until_whole()

    def _wait_until_whole(self) -> None:
        eventually(lambda: all(map(_knows_all_slots, self.nodes)), what="cluster state ok")


def _knows_all_slots(node: ValkeyServer) -> bool:
    with node.client() as client:
        try:
            state = client.execute_command("CLUSTER INFO")
        except redis.RedisError:
            return False
    return state["cluster_state"] == "ok" and int(state["cluster_known_nodes"]) == NODES


class RedisSentinel:
    """A master, a replica, and three Sentinels that watch them."""

    def __init__(self, directory: Path) -> None:
        first, second, *watchers = free_ports(2 + SENTINELS)
        self.servers = [
            ValkeyServer(directory / "first", port=first),
            ValkeyServer(directory / "second", port=second),
        ]
        self.sentinels = [_sentinel(directory / f"sentinel{port}", port) for port in watchers]
        self._running = ExitStack()

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of every Sentinel, as the setting REDIS_SENTINELS wants them."""
        return [("127.0.0.1", sentinel.port) for sentinel in self.sentinels]

    @property
    def master(self) -> ValkeyServer:
        """The server that the Sentinels call master now."""
        with self.sentinels[0].client() as client:
            _, port = client.sentinel_get_master_addr_by_name(SERVICE)
        return next(server for server in self.servers if server.port == int(port))

    @property
    def replica(self) -> ValkeyServer:
        """The other one."""
        master = self.master
        return next(server for server in self.servers if server is not master)

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            for server in (*self.servers, *self.sentinels):
                server.start()
                starting.callback(server.stop)
            with self.servers[1].client() as client:
                client.replicaof("127.0.0.1", self.servers[0].port)
            for sentinel in self.sentinels:
                self._watch(sentinel)
            self._wait_until_whole()
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._running.close()

    def reset(self) -> None:
        """Both servers running, one following the other, all keys gone."""
        for server in (*self.servers, *self.sentinels):
            if server.pid is None:
                server.start()
        self._wait_until_whole()
        with self.master.client() as client:
            client.flushall()
            client.wait(1, 5000)

    def wait_for_failover(self, old: ValkeyServer) -> None:
        """Return when the Sentinels have made the other server master."""
        eventually(lambda: self.master is not old and _is_master(self.master), what="failover")

    def _watch(self, sentinel: ValkeyServer) -> None:
        with sentinel.client() as client:
            client.sentinel_monitor(SERVICE, "127.0.0.1", self.servers[0].port, 2)
            client.sentinel_set(SERVICE, "down-after-milliseconds", DOWN_AFTER_MS)
            client.sentinel_set(SERVICE, "failover-timeout", FAILOVER_TIMEOUT_MS)
            # Else one that stood still for two seconds does nothing for thirty.
            client.execute_command("SENTINEL", "DEBUG", "TILT-TRIGGER", TILT_MS)

    def _wait_until_whole(self) -> None:
        eventually(self._is_whole, what="a master with its replica, known to all Sentinels")

    def _is_whole(self) -> bool:
        for sentinel in self.sentinels:
            with sentinel.client() as client:
                known = client.sentinel_master(SERVICE)
            if known["num-other-sentinels"] != SENTINELS - 1 or known["num-slaves"] != 1:
                return False
        with self.replica.client() as client:
            state = client.info("replication")
        return state["role"] == "slave" and state["master_link_status"] == "up"


def _sentinel(directory: Path, port: int) -> ValkeyServer:
    """A Sentinel; it wants a file into which it writes what it learns."""
    directory.mkdir()
    memory = directory / "sentinel.conf"
    memory.touch()
    return ValkeyServer(directory, port=port, options={}, arguments=(str(memory), "--sentinel"))


def _is_master(server: ValkeyServer) -> bool:
    with server.client() as client:
        return bool(client.info("replication")["role"] == "master")
