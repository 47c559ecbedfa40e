"""The embedded stores of one data directory, for scripts/run, scripts/manage, tests and benches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

import redis

from scripts import datadir
from scripts.valkey import ValkeyServer, durable


def environment(data_dir: Path) -> dict[str, str]:
    """The variables that make any process of ours use this directory; creates what is missing.

    What the caller's environment already sets is left to it, except the directory itself.

    :raises DataDirError: the directory cannot be used
    """
    data_dir = datadir.prepare(data_dir)
    wanted = {
        f"TOUTIAO_{name.upper()}_FILE": str(data_dir / "secrets" / name)
        for name in (*datadir.SECRET_NAMES, datadir.ADMIN_PASSWORD)
    }
    socket = datadir.socket_path(data_dir)
    if socket.parent != data_dir:
        for name in ("REDIS_STORE_URL", "REDIS_CACHE_URL", "BUS_URL"):
            wanted[f"TOUTIAO_{name}"] = f"unix://{socket}"
        wanted["TOUTIAO_BROKER_URL"] = f"redis+socket://{socket}?virtual_host=1"
    ours = {name: value for name, value in wanted.items() if not _is_set(name)}
    return ours | {"TOUTIAO_DATA_DIR": str(data_dir)}


def _is_set(name: str) -> bool:
    return name in os.environ or name.removesuffix("_FILE") in os.environ


class EmbeddedStack:
    """Secrets, variables and a running Valkey for one data directory, while inside ``with``.

    :raises DataDirError: on entering; also when another process serves this directory
    :raises ValkeyError: on entering
    """

    def __init__(self, data_dir: Path) -> None:
        self.environment = environment(data_dir)
        self.data_dir = Path(self.environment["TOUTIAO_DATA_DIR"])
        self.valkey = ValkeyServer(
            self.data_dir / "valkey",
            socket=datadir.socket_path(self.data_dir),
            options=durable(),
        )
        self._held = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(datadir.locked(self.data_dir))
            starting.callback(datadir.remove_sockets, self.data_dir)
            _end_orphan(self.valkey)
            self.valkey.start()
            starting.callback(self.valkey.stop)
            self._held = starting.pop_all()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._held.close()


def _end_orphan(valkey: ValkeyServer) -> None:
    """Stop the server that a killed run left behind; we hold the lock, so nobody uses it."""
    with valkey.client() as client, suppress(redis.RedisError):  # the usual: nothing listens
        client.shutdown()
    if valkey.socket is not None:
        valkey.socket.unlink(missing_ok=True)


@contextmanager
def reachable_stores(data_dir: Path) -> Iterator[None]:
    """The stores of this directory answer inside: the running ones, or ours for the time being.

    :raises DataDirError: the directory cannot be used
    :raises ValkeyError: the server does not start, or the running one does not answer
    """
    with ExitStack() as ours:
        try:
            ours.enter_context(EmbeddedStack(data_dir))
        except datadir.DataDirBusyError:
            running = datadir.prepare(data_dir)
            ValkeyServer(running, socket=datadir.socket_path(running)).wait_until_ready()
        yield
