"""The bus as it is published on: JSON of the agreed shape, and nobody waits (realtime.md §7)."""

from __future__ import annotations

import psutil
import pytest

from common.errors import DependencyUnavailable
from common.extensions.messaging.push import Bus
from tests.support.harness.bus import PATIENCE, listening, seconds_to_give_up
from tests.support.servers.grpc_servers import black_hole
from tests.support.servers.servers import free_ports

TOLD = {"id": 7, "user_name": "半夏"}
WAITED_AT_MOST = 2.0  # seconds; a bus that does not answer may cost half a one to connect to


@pytest.fixture
def bus(valkey):
    made = Bus()
    made.bind(valkey.url, **PATIENCE)
    yield made
    made.close()


def test_a_message_is_what_all_listeners_of_the_library_understand(bus, redis):
    with listening(redis) as heard:
        bus.push("liking notify", TOLD, room="u:1")
        (message,) = heard()

    host_id = message.pop("host_id")
    assert len(host_id) == 32
    assert message == {
        "method": "emit",
        "event": "liking notify",
        "data": [TOLD],
        "namespace": "/",
        "room": "u:1",
        "skip_sid": None,
        "callback": None,
        "binary": False,
    }


def test_whoever_publishes_can_be_told_apart_from_others(bus, valkey, redis):
    other = Bus()
    other.bind(valkey.url)
    with listening(redis) as heard:
        bus.push("x", {}, room=None)
        bus.sign_out(1, None)
        other.push("x", {}, room=None)
        first, second, third = (message["host_id"] for message in heard())

    assert first == second != third


def bus_at(url):
    made = Bus()
    made.bind(url)
    return made


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_bus_that_never_answers_is_given_up_in_time(scheme):
    with black_hole() as address:
        took = [seconds_to_give_up(bus_at(f"{scheme}://{address}")) for _ in range(3)]

    assert min(took) < WAITED_AT_MOST


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_nor_is_one_that_is_not_there_waited_for(scheme):
    took = [
        seconds_to_give_up(bus_at(f"{scheme}://127.0.0.1:{free_ports(1)[0]}")) for _ in range(3)
    ]

    assert min(took) < WAITED_AT_MOST


def test_a_bus_that_comes_back_is_used_again(bus, valkey):
    bus.push("x", TOLD, room=None)
    valkey.kill()
    with pytest.raises(DependencyUnavailable):
        bus.push("x", TOLD, room=None)
    valkey.start()

    with valkey.client() as client, listening(client) as heard:
        bus.push("x", TOLD, room=None)
        assert [message["data"] for message in heard()] == [[TOLD]]


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_failures_leave_no_connection_open(scheme):
    bus, process = Bus(), psutil.Process()
    with black_hole() as address:
        bus.bind(f"{scheme}://{address}")
        _fail(bus)
        before = process.num_fds()
        for _ in range(3):
            _fail(bus)

        assert process.num_fds() <= before


def _fail(bus):
    with pytest.raises(DependencyUnavailable):
        bus.push("x", TOLD, room=None)
