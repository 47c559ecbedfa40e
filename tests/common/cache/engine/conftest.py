"""Caches over real rows, and the ways in which their stores fail."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert

from common.extensions.db import db, engine, transaction
from common.extensions.redis import Patience
from common.models import Relation
from common.settings import Settings
from scripts.valkey import ValkeyServer
from tests.support.harness.cached import KINDS, Cached, Gate, Kind, Ledger
from tests.support.harness.runtime import bear_with_redis


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What was loaded from SQL."""
    return Ledger(tmp_path / "ledger")


@pytest.fixture(params=["asked each time", "tracked"])
def cached(request: pytest.FixtureRequest, runtime: Settings, ledger: Ledger) -> Cached:
    """All kinds of caches, empty: what they promise holds with copies in the process as well."""
    return Cached(ledger, is_tracked=request.param == "tracked")


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Every kind of cache in turn."""
    return KINDS[request.param]


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Holds the first load; open at the end of the test in any case."""
    gate = Gate(threading.Event(), threading.Event())
    yield gate
    gate.opened.set()


@pytest.fixture
def patient_breaker(runtime: Settings) -> None:
    """A failed server is not tried again within the test."""
    bear_with_redis(runtime, Patience(open_seconds=3600.0))


@pytest.fixture
def eager_breaker(runtime: Settings) -> None:
    """A failed server is tried again at the next call."""
    bear_with_redis(runtime, Patience(open_seconds=0.0))


@pytest.fixture(params=["killed", "hung"])
def break_redis(
    request: pytest.FixtureRequest, valkey: ValkeyServer
) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Two functions: take Redis away (by SIGKILL, by SIGSTOP), and bring it back."""
    if request.param == "killed":
        yield valkey.kill, valkey.start
        return
    pid = valkey.pid
    assert pid is not None
    yield lambda: os.kill(pid, signal.SIGSTOP), lambda: os.kill(pid, signal.SIGCONT)
    os.kill(pid, signal.SIGCONT)


@pytest.fixture
def long_list(runtime: Settings) -> int:
    """A user who follows 2,500 others, more than a cached list keeps; returns the id."""
    user_id, length = 1_000_000, 2500
    with transaction() as session:
        session.execute(
            insert(Relation),
            [
                {"user_id": user_id, "target_user_id": target, "relation": 1}
                for target in range(1, length + 1)
            ],
        )
    return user_id


@pytest.fixture
def sql_away(runtime: Settings) -> Callable[[], AbstractContextManager[None]]:
    """``with sql_away():`` the database file cannot be opened."""

    @contextmanager
    def away() -> Iterator[None]:
        file = runtime.data_dir / "toutiao.db"
        hidden = file.with_suffix(".hidden")
        db.session.remove()
        engine().dispose()  # the last connection merges the write-ahead log into the file
        file.rename(hidden)
        file.mkdir()
        try:
            yield
        finally:
            db.session.remove()
            file.rmdir()
            hidden.rename(file)

    return away
