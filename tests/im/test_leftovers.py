"""What connections leave behind in a node: nothing, in whichever of all ways they end."""

from __future__ import annotations

import gc
import socket
import time
import types
from collections import Counter, deque
from collections.abc import Iterator
from functools import partial
from typing import Any

import psutil
import pytest

from common.extensions.messaging.listening import Listener
from scripts.benching.soaking import come_and_go
from scripts.benching.socket_clients import LOOPBACK, read_until
from scripts.valkey import ValkeyServer
from tests.support.harness.listening import silence
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores
from tests.support.harness.waiting import eventually
from tests.support.processes.inner_node import InnerNode

FEW = 200  # after which everything that is made once has been made
MORE = 600
LIBRARIES = ("im", "engineio", "socketio", "eventlet", "greenlet", "redis")
RETURNS = 3
IN_HAND = 5
TURN_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
ELSEWHERE = (types.ModuleType, type, types.FunctionType, types.FrameType, types.BuiltinFunctionType)


@pytest.fixture(scope="module")
def inner(stores: Stores) -> Iterator[InnerNode]:
    """A node in this process."""
    stores.reset()
    settings = stores.settings(im_max_connections=0, im_max_connects_per_minute=0)
    with bound(settings), InnerNode(settings) as running:
        yield running


def made() -> Counter[str]:
    """How many there are of each kind of thing that sockets are made of. Timers that were called
    off wait for their time to be forgotten, empty.

    The node works in this process and stands still while all objects are looked through, which
    takes seconds on a slow machine: it has its turn first.
    """
    time.sleep(TURN_SECONDS)
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(
        str(kind)
        for kind in kinds
        if str(kind.__module__).partition(".")[0] in LIBRARIES and kind.__name__ != "Timer"
    )


def reached(node: Any) -> int:
    """How many objects a node leads to: what is in its tables is among them."""
    seen = {id(node)}
    waiting = deque([node])
    while waiting:
        for each in gc.get_referents(waiting.popleft()):
            if id(each) not in seen and not isinstance(each, ELSEWHERE):
                seen.add(id(each))
                waiting.append(each)
    return len(seen)


def more_than(kinds: Counter[str]) -> Counter[str]:
    """What there is more of by now, but for what somebody had in hand last."""
    return Counter({kind: n for kind, n in (made() - kinds).items() if n > IN_HAND})


def test_who_is_no_websocket_after_all_is_in_no_room(inner):
    path = "/socket.io/?EIO=3&transport=websocket"
    for headers in ("", "Upgrade: websocket\r\nConnection: Upgrade\r\n"):
        with socket.create_connection((LOOPBACK, inner.port), timeout=10) as made:
            made.sendall(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n{headers}\r\n".encode())
            read_until(made, b"HTTP/1.1 ")

    eventually(lambda: not inner.node.engine.sockets, what="their end")
    eventually(lambda: not inner.node.rooms.rooms, what="empty rooms")


def test_however_many_come_and_go_nothing_is_left_of_them(inner):
    files = open_files()
    come_and_go(inner.port, FEW)
    eventually(lambda: not inner.node.engine.sockets, what="the end of the first")
    eventually(lambda: open_files() <= files, what="the end of their connections")
    kinds, count = made(), reached(inner.node)

    come_and_go(inner.port, MORE)

    eventually(lambda: not inner.node.engine.sockets, what="the end of the others")
    eventually(lambda: open_files() <= files, what="the end of their connections")
    eventually(lambda: not more_than(kinds), what=f"as few as {kinds}", seconds=PATIENCE_SECONDS)
    eventually(lambda: reached(inner.node) <= count + MORE // 10, what=f"no more than {count}")


def test_however_often_the_bus_is_away_nothing_is_left_of_it(tmp_path):
    bus = ValkeyServer(tmp_path / "bus", socket=tmp_path / "bus.sock")
    returns: list[float] = []
    listener = Listener(
        bus.url, heard=lambda _: None, reconnected=returns.append, heartbeat_seconds=0.2
    )
    bus.start()
    try:
        listener.start()
        eventually(lambda: listener.is_hearing, what="the way")
        come_back(bus, returns, 1)
        kinds, files = made(), open_files()

        come_back(bus, returns, RETURNS)

        eventually(lambda: not made() - kinds, what=f"no more than {kinds}")
        eventually(lambda: open_files() == files, what=f"no more than {files} descriptors")
    finally:
        silence(listener)
        bus.stop()


def come_back(bus: ValkeyServer, returns: list[float], count: int) -> None:
    """Be killed and come back so often; it has been heard each time before."""
    for _ in range(count):
        wanted = len(returns) + 1
        bus.kill()
        bus.start()
        eventually(partial(was_back, returns, wanted), what="the way back")


def was_back(returns: list[float], wanted: int) -> bool:
    """Whether so many returns have been told of."""
    return len(returns) >= wanted


def open_files() -> int:
    """Descriptors of this process."""
    return psutil.Process().num_fds()
