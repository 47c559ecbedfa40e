"""Checkouts that somebody else owns: they run, or one line says what to do."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harness.waiting import eventually
from tests.support.processes.families import family, kill_family
from tests.support.processes.runs import START_SECONDS
from tests.support.sources.foreign import Checkout, checkout, without_home

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def foreign() -> Iterator[Checkout]:
    with checkout("feed: shuffle") as made:
        yield made


@pytest.mark.parametrize("script", ["scripts/run", "scripts/manage", "scripts/test"])
def test_a_foreign_checkout_explains_itself(foreign, script):
    explained = foreign.call(script, "--help")

    assert (explained.returncode, explained.stderr) == (0, "")
    assert "Usage: " in explained.stdout


def test_a_foreign_checkout_runs_with_data_elsewhere_and_without_a_home(foreign, tmp_path):
    log, data_dir = tmp_path / "log", tmp_path / "data"
    words = ("--data-dir", str(data_dir), "--port", "0", "--im-port", "0", "--workers", "1")
    with log.open("wb") as output:
        running = subprocess.Popen(
            foreign.command("scripts/run", "--no-demo", *words),
            cwd="/",
            env=without_home(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        eventually(
            lambda: running.poll() is not None or "Ctrl-C stops everything" in log.read_text(),
            what="scripts/run",
            seconds=START_SECONDS,
            log=log,
        )
        running.send_signal(signal.SIGTERM)
        assert (running.wait(30), log.read_text().splitlines()[-1]) == (0, "Stopping ...")
        assert family(running.pid, data_dir) == []
    finally:
        kill_family(running.pid, data_dir)


def test_a_foreign_checkout_has_no_place_for_data(foreign):
    refused = foreign.call("scripts/run", "--port", "0", "--im-port", "0")

    where = foreign.folder.resolve() / "data"
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error: cannot use {where}: Permission denied; choose another --data-dir\n"
    )


def test_tests_run_in_a_foreign_checkout(foreign, tmp_path):
    few = "tests/scripts/test_programs.py"

    tested = foreign.call("scripts/test", few, "-q", "--basetemp", str(tmp_path / "tests"))

    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_git_tells_the_history_of_a_foreign_checkout(foreign):
    checked = foreign.call(".venv/bin/python", "-I", str(foreign.folder / "scripts/commits.py"))

    assert checked.returncode == 0  # where we stand is no repository
    told = subprocess.run(
        foreign.command(".venv/bin/python", str(foreign.folder / "scripts/commits.py")),
        cwd=foreign.folder,
        env=without_home(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.endswith(" feed: shuffle: no body says why\n")


@pytest.mark.parametrize("script", ["scripts/run", "scripts/manage"])
def test_an_environment_that_is_missing_and_cannot_be_made_is_one_line(script):
    with checkout("feed: sort", environment=None) as bare:
        refused = bare.call_as_stranger(script, "--help")
        explained = bare.call_as_stranger("scripts/test", "--help")

    root = Path(bare.folder).resolve()
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error: the Python environment {root}/.venv is missing, out of date or out of your reach,"
        f" and you may not write it; let the owner of {root} run scripts/run, or work in a copy of"
        f" your own: cp -R {root} DIRECTORY\n"
    )
    assert (explained.returncode, explained.stderr) == (0, "")
