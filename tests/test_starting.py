"""Starts that go wrong or are cut short: one clear line, no child left, and the next one works."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.support.runs import ROOT, RUNNING, Run
from tests.support.waiting import eventually

pytestmark = [pytest.mark.xdist_group("whole product"), pytest.mark.timeout(400)]

ANY_PORTS = ("--port", "0", "--im-port", "0")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path / "data", tmp_path / "log")
    yield made
    made.kill()


def _begin(data_dir: Path, *options: str) -> psutil.Popen:
    """A start that nobody waits for."""
    return psutil.Popen(
        [*RUNNING, "--data-dir", str(data_dir), *ANY_PORTS, *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _refused(data_dir: Path, *options: str, **variables: str) -> str:
    """What a start that cannot succeed says."""
    done = subprocess.run(
        [*RUNNING, "--data-dir", str(data_dir), *ANY_PORTS, *options],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def _content_of(data_dir: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(data_dir / "toutiao.db")) as connection:
        counted = connection.execute(
            "SELECT count(*), count(DISTINCT title) FROM news_article_basic"
        )
        articles, titles = counted.fetchone()
        return articles, titles


def test_a_first_start_killed_at_any_moment_is_completed_by_the_next(run):
    for seconds in (0.5, 2.0, 5.0, 9.0):
        cut_short = _begin(run.data_dir)
        family = []
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and cut_short.poll() is None:
            family = cut_short.children(recursive=True)
            time.sleep(0.05)
        cut_short.kill()
        cut_short.wait()
        _wait_for_the_end_of(family)

    run.start()

    articles, titles = _content_of(run.data_dir)
    assert articles == titles > 200
    assert "Traceback" not in run.log.read_text()
    assert run.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_the_data_are_prepared_leaves_no_child(tmp_path, number):
    starting = _begin(tmp_path / "data")
    eventually(lambda: len(starting.children(recursive=True)) > 1, what="children")
    family = starting.children(recursive=True)

    starting.send_signal(number)

    assert starting.wait(30) != 0
    _wait_for_the_end_of(family)


def test_a_start_goes_on_when_nobody_reads_the_console_any_more(run, tmp_path):
    command = [*RUNNING, "--data-dir", str(run.data_dir), "--no-demo"]
    command += ["--port", str(run.port), "--im-port", str(run.im_port), "--workers", "1"]
    pipe = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert pipe.stderr is not None
    pipe.stderr.close()

    eventually(lambda: (run.data_dir / "web.sock").exists(), what="web", seconds=90)
    time.sleep(1.0)  # the table of addresses is printed meanwhile, to nobody

    assert pipe.poll() is None
    pipe.terminate()
    assert pipe.wait(20) == 0


def test_a_link_to_a_script_starts_it_beside_foreign_packages(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "__init__.py").write_text("raise SystemExit('the wrong package')\n")
    (tmp_path / "run").symlink_to(ROOT / "scripts" / "run")
    (tmp_path / "clone").symlink_to(ROOT)

    for script in (tmp_path / "run", tmp_path / "clone" / "scripts" / "run"):
        explained = subprocess.run(
            [script, "--help"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (explained.returncode, explained.stderr) == (0, "")


def test_a_damaged_database_is_named_and_nothing_of_it_is_printed(run):
    run.start("--no-demo")
    assert run.stop() == 0
    database = run.data_dir / "toutiao.db"
    content = database.read_bytes()
    database.write_bytes(b"no database at all" * 100 + content[1800:])

    said = _refused(run.data_dir, "--no-demo")

    assert said == (
        f"error: the database {database} is damaged; docs/operations.md says how it is repaired"
    )


def test_a_damaged_append_only_file_is_named(run):
    run.start("--no-demo")
    assert run.stop() == 0
    for path in (run.data_dir / "valkey").rglob("*.aof"):
        path.write_bytes(b"no command at all" * 10 + path.read_bytes())

    said = _refused(run.data_dir, "--no-demo")

    assert said.startswith(f"error: Valkey cannot serve what is in {run.data_dir / 'valkey'}: ")
    assert said.endswith("docs/operations.md says how it is repaired")


@pytest.mark.parametrize("name", ["jwt_secret", "secret_key"])
def test_a_lost_or_damaged_secret_is_named(run, name):
    run.start("--no-demo")
    assert run.stop() == 0
    secret = run.data_dir / "secrets" / name

    secret.write_bytes(b"\xff" * 48)
    assert f"TOUTIAO_{name.upper()}_FILE: {secret} is not UTF-8 text" in _refused(run.data_dir)
    secret.unlink()
    assert f"{secret} is gone" in _refused(run.data_dir)
    assert not secret.exists()


def _wait_for_the_end_of(family: list[psutil.Process]) -> None:
    eventually(lambda: not any(map(_is_alive, family)), what="an end of all")


def _is_alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
