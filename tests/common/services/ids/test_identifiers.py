"""Ids of the whole installation: unique over processes and threads, set up once."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from common.extensions import db as sql
from common.models.infrastructure import WorkerLease
from common.services.ids import identifiers
from common.utils.snowflake import COMPACT, TWITTER
from tests.support.processes import id_streams
from tests.support.processes.id_streams import NOW, worker_of


@pytest.fixture
def fresh_module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(identifiers, "_issuer", None)
    monkeypatch.setattr(identifiers, "_orders", None)
    yield
    identifiers.release()


def noon() -> int:
    return NOW


@pytest.mark.parametrize("layout", ["compact", "twitter"])
def test_eight_processes_with_eight_threads_never_issue_an_id_twice(tmp_path: Path, layout: str):
    orders = [(str(tmp_path), layout, 8, 400)] * 8
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(8)

    with spawn.Pool(8, id_streams.start_together, (barrier,)) as pool:
        processes = pool.starmap(id_streams.draw, orders, chunksize=1)

    streams = [stream for process in processes for stream in process]
    assert all(stream == sorted(set(stream)) for stream in streams)
    assert len({id_ for stream in streams for id_ in stream}) == 8 * 8 * 400
    shift = COMPACT.sequence_bits if layout == "compact" else TWITTER.sequence_bits
    workers = [{id_ >> shift & 31 for stream in process for id_ in stream} for process in processes]
    assert all(len(of_process) == 1 for of_process in workers)
    assert len(set.union(*workers)) == 8


def test_a_forked_child_leases_a_worker_of_its_own(tmp_path: Path):
    command = [sys.executable, "-m", "tests.support.processes.id_streams", str(tmp_path)]

    answer = subprocess.run(command, capture_output=True, check=True, timeout=60)

    ids = json.loads(answer.stdout.splitlines()[-1])
    assert {worker_of(id_) for id_ in ids["before"] + ids["parent"]} == {0}
    assert {worker_of(id_) for id_ in ids["child"]} == {1}


@pytest.mark.usefixtures("fresh_module")
def test_the_module_issues_ids_as_configured(tmp_path: Path):
    identifiers.init(
        id_streams.settings(tmp_path, id_layout="twitter", datacenter_id=3, worker_id=9),
        now_ms=noon,
    )

    first, (second, third) = identifiers.new_id(), identifiers.new_ids(2)

    assert first < second < third
    assert (first >> 17 & 31, first >> 12 & 31) == (3, 9)
    assert TWITTER.unit_of(NOW) == first >> 22
    assert identifiers.is_ready()


@pytest.mark.usefixtures("fresh_module")
def test_a_second_setup_with_the_same_settings_keeps_the_lease(tmp_path: Path):
    identifiers.init(id_streams.settings(tmp_path), now_ms=noon)
    identifiers.new_id()

    identifiers.init(id_streams.settings(tmp_path), now_ms=noon)
    identifiers.new_id()

    with sql.session_scope() as session:
        (owner,) = session.scalars(select(WorkerLease.owner))
    assert owner is not None


@pytest.mark.usefixtures("fresh_module")
def test_ids_before_the_setup_are_a_defect():
    assert not identifiers.is_ready()
    with pytest.raises(RuntimeError, match="init"):
        identifiers.new_id()


@pytest.mark.usefixtures("fresh_module")
def test_a_worker_that_the_layout_does_not_know_fails_the_start(tmp_path: Path):
    with pytest.raises(ValueError, match="out of range"):
        identifiers.init(id_streams.settings(tmp_path, id_layout="twitter", worker_id=32))
