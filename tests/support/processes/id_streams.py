"""Processes that draw ids from one database, for the tests of uniqueness."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import select

from common.extensions import db as sql
from common.extensions.db import engines
from common.models.infrastructure import WorkerLease
from common.services.ids import identifiers
from common.settings import Settings, load

NOW = 1_772_366_400_000  # 2026-03-01T12:00:00Z
SECOND = 1_000


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.ms = NOW

    def __call__(self) -> int:
        return self.ms


def worker_of(id_: int) -> int:
    """The worker bits of a compact id."""
    return id_ >> 13 & 63


def leases() -> list[WorkerLease]:
    """All rows, by worker."""
    with sql.session_scope() as session:
        return list(session.scalars(select(WorkerLease).order_by(WorkerLease.worker_id)))


def settings(data_dir: Path | str, **overrides: object) -> Settings:
    """Settings of an installation in this directory, on its SQLite file."""
    return load(
        data_dir=Path(data_dir),
        jwt_secret="reader-" + "0123456789abcdef" * 2,
        mis_jwt_secret="admin-" + "0123456789abcdef" * 2,
        secret_key="cookie-" + "0123456789abcdef" * 2,
        **overrides,
    )


@contextmanager
def lease_table(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Bind the process to a database of its own that holds nothing but the leases."""
    configured = settings(data_dir)
    engine = engines.create(configured, configured.sql_url)
    monkeypatch.setattr(sql.router, "primary", engine)
    monkeypatch.setattr(sql.router, "replicas", None)
    WorkerLease.metadata.create_all(
        engine, [WorkerLease.metadata.tables[WorkerLease.__tablename__]]
    )
    yield
    sql.release()
    engine.dispose()


_together: Barrier | None = None


def start_together(barrier: Barrier) -> None:
    """Make the next :func:`draw` of this process wait for those of the other processes."""
    global _together
    _together = barrier


def draw(data_dir: str, layout: str, threads: int, count: int) -> list[list[int]]:
    """Start as a process of its own would, and return the ids each thread got, in order."""
    configured = settings(data_dir, id_layout=layout)
    sql.init_db(configured)
    identifiers.init(configured)
    if _together is not None:
        _together.wait(timeout=110)
    streams: list[list[int]] = [[] for _ in range(threads)]

    def work(stream: list[int]) -> None:
        for _ in range(count // 4):
            stream.append(identifiers.new_id())
            stream.extend(identifiers.new_ids(3))

    workers = [threading.Thread(target=work, args=(stream,)) for stream in streams]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return streams


def fork(data_dir: str) -> dict[str, list[int]]:
    """Draw ids, fork, and draw ids in parent and child."""
    configured = settings(data_dir)
    sql.init_db(configured)
    identifiers.init(configured)
    before = identifiers.new_ids(3)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        sql.init_db(configured)  # connections must not be shared with the parent
        with os.fdopen(writing, "w") as pipe:
            json.dump(identifiers.new_ids(3), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        in_child = json.load(pipe)
    os.waitpid(child, 0)
    return {"before": before, "child": in_child, "parent": identifiers.new_ids(3)}


if __name__ == "__main__":
    json.dump(fork(sys.argv[1]), sys.stdout)
