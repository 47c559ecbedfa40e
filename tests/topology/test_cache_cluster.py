"""The cache engine on a real Cluster: keys on three nodes, one of which may be gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
import redis as driver
from redis.crc import key_slot

from common.cache.engine.loading import bear_outages, invalidate_keys
from common.errors import DependencyUnavailable
from common.extensions.redis import Patience, cache
from common.extensions.redis.cluster import ClusterLink
from common.settings import Settings
from scripts.valkey import ValkeyServer
from tests.support.harness.cached import (
    HOLD_SECONDS,
    KINDS,
    Cached,
    Gate,
    Kind,
    Ledger,
    Name,
    change,
    in_background,
    people,
    person,
)
from tests.support.harness.runtime import bear_with_redis, bound
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import eventually
from tests.support.servers.redis_servers import NODES, SLOTS, RedisCluster

IDS = range(1, 301)  # enough for every node
NAMES = {id_: Name(name=f"user{id_}") for id_ in IDS}


@pytest.fixture
def cached(stores, redis_cluster, redis_cluster_settings, tmp_path) -> Iterator[Cached]:
    """All kinds of caches, CACHE being the Cluster; no command spans slots."""
    stores.reset()
    for node in redis_cluster.nodes:
        with node.client() as client:
            client.config_resetstat()
    with bound(redis_cluster_settings):
        yield Cached(Ledger(tmp_path / "ledger"))
    for node in redis_cluster.nodes:
        if node.pid is not None:
            with node.client() as client:
                assert "errorstat_CROSSSLOT" not in client.info("errorstats")


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of cache in turn."""
    return KINDS[request.param]


@pytest.fixture
def patient_breaker(cached: Cached, redis_cluster_settings: Settings) -> None:
    """A failed node is not tried again within the test."""
    bear_with_redis(redis_cluster_settings, Patience(open_seconds=3600.0))


def _node_number(id_: int) -> int:
    return min(key_slot(f"test:{id_}:name".encode()) // (SLOTS // NODES), NODES - 1)


def _ids_of(number: int) -> list[int]:
    return [id_ for id_ in IDS if _node_number(id_) == number]


def test_a_batch_over_many_slots_is_one_stage_when_warm_and_three_when_cold(cached, cost):
    people(*IDS)

    with cost() as cold:
        first = cached.names.get_many(IDS)
    with cost() as warm:
        second = cached.names.get_many(IDS)

    assert first == second == NAMES
    assert (cold.sql, cold.stages) == (1, 3)
    assert (warm.sql, warm.stages) == (0, 1)


def test_every_kind_loads_once_and_is_found_again(cached, kind, cost):
    user_id = person(7)

    answers = at_once(*[lambda: kind.ask(cached, user_id)] * 16)
    with cost() as spent:
        again = kind.ask(cached, user_id)

    assert [*answers, again] == [kind.before] * 17
    assert cached.ledger.loads == [[user_id]]
    assert (spent.sql, spent.stages) == (0, 1)


def test_what_was_read_before_an_invalidation_is_never_stored(cached, kind):
    gate = Gate(threading.Event(), threading.Event())
    user_id = person(7)
    loader = in_background(lambda: kind.ask(Cached(cached.ledger, gate), user_id))
    assert gate.reached.wait(HOLD_SECONDS)
    change(user_id)

    invalidate_keys([kind.key(user_id)])
    gate.opened.set()
    loader.result(HOLD_SECONDS)

    assert kind.ask(cached, user_id) == kind.after


def test_an_invalidation_of_many_slots_is_one_stage(cached, cost):
    people(*IDS)
    cached.names.get_many(IDS)

    with cost() as spent:
        cached.names.invalidate(*IDS)
    cached.names.get_many(IDS)

    assert spent.stages == 1
    assert [sorted(ids) for ids in cached.ledger.loads] == [list(IDS)] * 2


def test_a_killed_node_costs_its_own_keys_a_query_and_the_others_nothing(
    cached, redis_cluster, patient_breaker
):
    bear_outages(seconds=60.0)  # a second may be over soon
    people(*IDS)
    cached.names.get_many(IDS)

    redis_cluster.nodes[0].kill()
    answers = [cached.names.get_many(IDS) for _ in range(3)]

    assert answers == [NAMES] * 3
    assert sorted(cached.ledger.loads[1]) == _ids_of(0)
    assert len(cached.ledger.loads) == 2


def test_a_hung_node_costs_one_time_out_and_not_one_per_call(
    cached, redis_cluster, patient_breaker
):
    people(*IDS)
    cached.names.get_many(IDS)
    node = redis_cluster.nodes[1]

    os.kill(node.pid, signal.SIGSTOP)
    try:
        answers = [cached.names.get_many(IDS) for _ in range(20)]
    finally:
        os.kill(node.pid, signal.SIGCONT)

    assert answers == [NAMES] * 20
    assert isinstance(cache._link, ClusterLink)
    assert cache._link._breakers[f"127.0.0.1:{node.port}"].failures == 1


def test_an_invalidation_reaches_the_living_nodes_and_reports_the_dead_one(cached, redis_cluster):
    people(*IDS)
    cached.names.get_many(IDS)
    redis_cluster.nodes[2].kill()

    with pytest.raises(DependencyUnavailable):
        cached.names.invalidate(*IDS)

    for number in (0, 1):
        with redis_cluster.nodes[number].client() as client:
            assert client.keys("test:*") == []


def test_a_cluster_that_gave_up_is_replaced_by_sql_and_used_again_when_it_is_whole(
    cached, redis_cluster, redis_cluster_settings, cost
):
    bear_with_redis(redis_cluster_settings, Patience(open_seconds=0.0))
    people(*IDS)
    redis_cluster.nodes[0].kill()
    eventually(lambda: _has_given_up(redis_cluster.nodes[1]), what="CLUSTERDOWN")

    without = cached.names.get_many(IDS)
    redis_cluster.reset()
    cached.names.get_many(IDS)
    with cost() as spent:
        with_cluster = cached.names.get_many(IDS)

    assert without == with_cluster == NAMES
    assert (spent.sql, spent.stages) == (0, 1)


def _has_given_up(node: ValkeyServer) -> bool:
    with node.client() as client:
        return bool(client.execute_command("CLUSTER INFO")["cluster_state"] == "fail")


class _Move:
    """A slot that is on its way from the first node to the second."""

    def __init__(self, cluster: RedisCluster, slot: int) -> None:
        self.slot = slot
        self.source, self.target = (node.client() for node in cluster.nodes[:2])
        self._source_id, self._target_id = (
            client.execute_command("CLUSTER MYID").decode() for client in (self.source, self.target)
        )
        self._target_port = cluster.nodes[1].port
        self._all = [node.client() for node in cluster.nodes]

    def begin(self) -> None:
        self.target.execute_command("CLUSTER SETSLOT", self.slot, "IMPORTING", self._source_id)
        self.source.execute_command("CLUSTER SETSLOT", self.slot, "MIGRATING", self._target_id)

    def carry(self, key: str) -> None:
        self.source.migrate("127.0.0.1", self._target_port, key, 0, 5000)

    def end(self) -> None:
        for client in self._all:
            client.execute_command("CLUSTER SETSLOT", self.slot, "NODE", self._target_id)

    def undo(self) -> None:
        for client in self._all:
            client.flushall()
            client.execute_command("CLUSTER SETSLOT", self.slot, "NODE", self._source_id)
            client.close()
        self.source.close()
        self.target.close()


@pytest.fixture
def move(redis_cluster: RedisCluster) -> Iterator[_Move]:
    """The slot of a key of the first node, about to be moved; moved back afterwards."""
    moving = _Move(redis_cluster, key_slot(f"test:{_ids_of(0)[0]}:name".encode()))
    yield moving
    moving.undo()


def test_a_slot_that_is_being_moved_is_read_wherever_its_keys_are(cached, move, cost):
    people(*IDS)
    cached.names.get_many(IDS)
    moving = [id_ for id_ in IDS if key_slot(f"test:{id_}:name".encode()) == move.slot]

    move.begin()
    before = cached.names.get_many(IDS)
    for id_ in moving:
        move.carry(f"test:{id_}:name")
    with cost() as on_its_way:
        asked = cached.names.get_many(IDS)
    move.end()
    cached.names.get_many(IDS)
    with cost() as settled:
        moved = cached.names.get_many(IDS)

    assert before == asked == moved == NAMES
    assert on_its_way.sql == 0
    assert (settled.sql, settled.stages) == (0, 1)


def test_values_are_loaded_and_invalidated_while_their_slot_is_being_moved(cached, move):
    people(*IDS)
    moving = next(id_ for id_ in IDS if key_slot(f"test:{id_}:name".encode()) == move.slot)
    move.begin()

    loaded = cached.names.get_many(IDS)
    cached.names.invalidate(*IDS)
    again = cached.names.get(moving)

    move.end()
    assert loaded == NAMES
    assert again == NAMES[moving]


def test_a_cluster_that_is_hung_at_the_first_use_costs_one_caller_its_time(
    cached, redis_cluster, patient_breaker
):
    people(*IDS)
    cache.close()
    for node in redis_cluster.nodes:
        os.kill(node.pid, signal.SIGSTOP)

    try:
        answers = at_once(*[lambda: cached.names.get_many(IDS)] * 16)
    finally:
        for node in redis_cluster.nodes:
            os.kill(node.pid, signal.SIGCONT)

    assert answers == [NAMES] * 16
    assert cache._link.breaker.failures == 1
    assert not isinstance(cache._link._client, driver.RedisCluster)
