"""The bus to the im processes, as who listens on it hears it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from common.errors import DependencyUnavailable
from common.extensions.messaging import push
from common.extensions.messaging.listening import HEARTBEAT
from common.settings import Settings

CHANNEL = "socketio"
QUIET_SECONDS = 0.05  # nothing for so long: that was all
PATIENCE = {"timeout_seconds": 5.0, "connect_seconds": 5.0}

Heard = Callable[[], list[dict[str, Any]]]


def be_patient(settings: Settings) -> None:
    """Wait for a bus that is only slow, until the bus is bound anew."""
    push.init_push(settings, **PATIENCE)


def seconds_to_give_up(bus: push.Bus) -> float:
    """How long a bus that does not answer is waited for; the least of some tries says it without
    the machine."""
    started = time.monotonic()
    with pytest.raises(DependencyUnavailable):
        bus.push("x", {}, room=None)
    return time.monotonic() - started


@contextmanager
def listening(redis: Any) -> Iterator[Heard]:
    """``heard()``: the messages since it was last asked, in order."""
    with redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(CHANNEL)
        channel.get_message(timeout=5)

        def heard() -> list[dict[str, Any]]:
            found = []
            while (message := channel.get_message(timeout=QUIET_SECONDS)) is not None:
                if HEARTBEAT.encode() not in message["data"]:  # of a node that other tests began
                    found.append(orjson.loads(message["data"]))
            return found

        yield heard
