"""Somebody removes the sockets of the running product (docs/operations.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scripts.sockets import spare_of
from scripts.valkey import ValkeyServer
from tests.support.clients.demo_reader import FINE, DemoReader
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.runs import Run

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """The whole product, started."""
    made = Run(tmp_path / "data", tmp_path / "log")
    made.start()
    yield made
    made.kill()


def _answers(path: Path) -> bool:
    """Whether a new connection finds the server."""
    with ValkeyServer(path.parent, socket=path).client() as client:
        return bool(path.exists() and client.ping())


def _family(run: Run, *, but: str = "") -> set[psutil.Process]:
    return {each for each in run.family() if not but or but not in " ".join(command_of(each))}


def test_a_removed_socket_is_back_at_once_and_nothing_ends(run):
    reader = DemoReader(run.url)
    family = _family(run)
    valkey, web = (run.data_dir / name for name in ("valkey.sock", "web.sock"))

    for path in (valkey, web):
        path.unlink()
        eventually(path.exists, what=path.name)
    assert _answers(valkey)
    web.unlink()
    web.write_text("no socket")
    eventually(web.is_socket, what=web.name)

    assert reader.reads() == FINE
    assert (reader.like(), reader.ask_for_code()) == (201, 200)
    eventually(lambda: reader.readiness()["status"] == "ok", what="readiness")
    assert _family(run) == family
    assert run.stop() == 0
    assert [path.name for path in run.data_dir.iterdir() if path.is_socket()] == []


def test_if_it_cannot_be_put_back_its_server_is_started_anew(run):
    reader = DemoReader(run.url)
    assert reader.like() == 201
    others = _family(run, but="valkey")
    path = run.data_dir / "valkey.sock"
    (former,) = _family(run) - others

    def ends() -> bool:
        if former.is_running():  # both names at once, or nearly
            spare_of(path).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        return not former.is_running()

    eventually(ends, what="end of the server that nobody finds")
    eventually(path.exists, what="another server")
    eventually(lambda: reader.readiness()["status"] == "ok", what="readiness")
    assert reader.reads() == FINE
    assert (reader.like(reader.articles[1]), reader.ask_for_code()) == (201, 200)
    assert _family(run, but="valkey") == others
    assert run.stop() == 0
