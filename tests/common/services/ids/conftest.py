"""A database of leases and a clock that obeys, for the tests of ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.services.ids.issuer import Issuer
from common.utils.snowflake import COMPACT
from tests.support.processes import id_streams
from tests.support.processes.id_streams import FakeClock


@pytest.fixture(autouse=True)
def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with id_streams.lease_table(tmp_path, monkeypatch):
        yield


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def issuer(clock: FakeClock) -> Iterator[Callable[..., Issuer]]:
    made: list[Issuer] = []

    def make(*, worker_ids: range | list[int] = range(64), **others: float) -> Issuer:
        made.append(Issuer(COMPACT, datacenter_id=0, worker_ids=worker_ids, now_ms=clock, **others))
        return made[-1]

    yield make
    for each in made:
        each.release()
