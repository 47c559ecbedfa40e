"""The stores of one xdist worker: a data directory, a migrated database file, a Valkey server."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Any, Self

from redis import exceptions

from common import settings as configuration
from common.extensions.db import engines
from common.models import schema
from common.settings import Settings
from common.settings.sources import PREFIX
from scripts import datadir
from scripts.valkey import ValkeyServer

DATABASE = "toutiao.db"
SECRET_BYTES = 48
WORKER_ID = 1  # set explicitly, so that no test waits for the lease of the one before
# A machine that stands still for a moment is no server that failed.
PATIENCE = {"redis_connect_timeout_ms": 10_000, "redis_timeout_ms": 10_000}


class Stores:
    """Everything below ``directory``; ``data`` is the data directory of the running test."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "data"
        self.data.mkdir(mode=0o700)
        self._template = directory / "template.db"
        self._secrets = {name: secrets.token_urlsafe(SECRET_BYTES) for name in datadir.SECRET_NAMES}
        server = directory / "valkey"
        server.mkdir(mode=0o700)
        self.valkey = ValkeyServer(server, socket=datadir.socket_path(server))
        self._client = self.valkey.client()
        self._usual: Settings | None = None

    def __enter__(self) -> Self:
        self.valkey.start()
        self._migrate_template()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._client.close()
        self.valkey.stop()

    def settings(self, **overrides: Any) -> Settings:
        """Settings on these stores: demo mode off, no gRPC server, a known worker number.

        They are frozen, and reading them takes longer than many a test: what neither the caller
        nor the environment wants otherwise is read once.
        """
        if overrides or any(name.startswith(PREFIX) for name in os.environ):
            return self._read(overrides)
        if self._usual is None:
            self._usual = self._read({})
        return self._usual

    def _read(self, overrides: dict[str, Any]) -> Settings:
        broker = f"redis+socket://{self.valkey.socket}?virtual_host=1"
        ours = {
            **self._secrets,
            **PATIENCE,
            "data_dir": self.data,
            "redis_store_url": self.valkey.url,
            "redis_cache_url": self.valkey.url,
            "bus_url": self.valkey.url,
            "broker_url": broker,
            "rpc": {"recommend": "", "chatbot": ""},
            "worker_id": WORKER_ID,
        }
        return configuration.load(**(ours | overrides))

    def reset(self) -> None:
        """An empty data directory with the migrated, empty database, and an empty Valkey."""
        if self.valkey.pid is None:
            self.valkey.start()
        self._flush()
        shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        shutil.copyfile(self._template, self.data / DATABASE)

    def _flush(self) -> None:
        """Empty the server, over one connection for as long as it lives: making it takes longer."""
        try:
            self._client.flushall()
        except exceptions.ConnectionError:  # a test ended it, or the server
            self._client.close()
            self._client.flushall()

    def _migrate_template(self) -> None:
        settings = self.settings()
        engine = engines.create(settings, f"sqlite:///{self._template}")
        schema.upgrade(engine)
        engine.dispose()  # the last connection merges the write-ahead log into the file
