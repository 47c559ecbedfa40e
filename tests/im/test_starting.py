"""Beginning and end of the process."""

from __future__ import annotations

import signal
import subprocess
import sys

from common.services.ids.identifiers import new_id
from scripts.valkey import ValkeyServer
from tests.factories import NotificationFactory, UserFactory
from tests.support.harness.waiting import eventually
from tests.support.processes.realtime import NO_LIMITS, client, node, raw_socket

NOWHERE = {
    "TOUTIAO_REDIS_STORE_URL": "redis://127.0.0.1:1",
    "TOUTIAO_REDIS_CACHE_URL": "redis://127.0.0.1:1",
    "TOUTIAO_BUS_URL": "redis://127.0.0.1:1",
    "TOUTIAO_DATA_DIR": "/nonexistent",
}

COUNT_UNTIL_COLLECTED = """
import gc
from common.utils.background import heap

heap.collect_as_usual()  # as when a process is bound
code = [[number] for number in range(1_200_000)]
heap.freeze()
known, kept = gc.get_stats()[2]["collections"], []
while gc.get_stats()[2]["collections"] == known:
    kept.append([])
print(len(kept))
"""


def test_how_long_the_collector_waits_does_not_follow_from_how_much_there_was_before():
    program = [sys.executable, "-c", COUNT_UNTIL_COLLECTED]
    done = subprocess.run(program, capture_output=True, text=True, check=True)

    assert int(done.stdout) < 1_200_000 / 8  # a quarter of all, had it counted them


def test_it_starts_with_every_store_down_serves_guests_and_says_that_it_is_not_ready(
    runtime, tmp_path
):
    with node(runtime, tmp_path, NOWHERE, is_awaited=False) as im:
        assert im.status_of("/readyz") == 503
        with client(im) as socket:
            assert socket.connected


def test_a_token_that_nobody_can_judge_is_no_wrong_one(runtime, tmp_path):
    """The connection ends, so that clients come back by themselves; a refusal would stop them."""
    with node(runtime, tmp_path, NOWHERE, is_awaited=False) as im:
        token = "e30.e30.e30"
        with raw_socket(im, f"token={token}") as socket:
            assert socket.join() == '44{"message":"Wrong token."}'


def test_at_its_end_everybody_is_sent_elsewhere_and_nobody_is_let_in(runtime, tmp_path):
    with node(runtime, tmp_path, NO_LIMITS) as im, client(im) as socket, raw_socket(im) as other:
        other.join()

        im.process.send_signal(signal.SIGTERM)

        assert socket.next("disconnect") is None
        assert other.next() == ""  # and no Socket.IO disconnect, after which clients stay away
        assert im.process.wait(10) == 0
        assert im.status_of("/healthz") == 0


def test_a_bus_that_comes_late_is_heard(stores, runtime, tmp_path):
    stores.valkey.stop()
    with node(runtime, tmp_path, is_awaited=False) as im:
        assert im.status_of("/readyz") == 503
        stores.valkey.start()
        eventually(lambda: im.status_of("/readyz") == 200, what="readiness", log=im.log)


def test_who_comes_before_the_bus_is_heard_for_the_first_time_misses_nothing(
    stores, tmp_path, runtime, sign_in
):
    bus = ValkeyServer(tmp_path / "bus", socket=tmp_path / "bus.sock")
    reader = sign_in(UserFactory())
    late_bus = {"TOUTIAO_BUS_URL": bus.url}
    try:
        with (
            node(runtime, tmp_path, late_bus, is_awaited=False) as im,
            raw_socket(im, f"token={reader.token}") as socket,
        ):
            socket.join()
            assert "sync notify" in socket.next_but_pings()
            # Told while nobody listens.
            row = NotificationFactory(id=new_id(), user_id=reader.user.user_id)
            bus.start()

            assert f'"id":{row.id}' in socket.next_but_pings()
    finally:
        bus.stop()
