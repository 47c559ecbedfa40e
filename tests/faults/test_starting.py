"""Starts that go wrong: one clear line."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.harness.waiting import eventually
from tests.support.processes.runs import ROOT, RUNNING, Run, run_of

pytestmark = pytest.mark.timeout(400)

ANY_PORTS = ("--port", "0", "--im-port", "0")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    made = Run(tmp_path / "data", tmp_path / "log")
    yield made
    made.kill()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a product that was started once and stopped."""
    with run_of(tmp_path_factory.mktemp("installation"), "--no-demo") as made:
        return made.data_dir


@pytest.fixture
def data_dir(installation: Path, tmp_path: Path) -> Path:
    """An installation to be damaged."""
    copied: Path = shutil.copytree(installation, tmp_path / "installed")
    return copied


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


def test_a_start_with_nothing_to_read_from_or_to_write_to(run):
    """As some supervisors start what they run."""
    closed = ["bash", "-c", 'exec "$@" <&- >&- 2>&-', "closed", str(ROOT / "scripts" / "run")]
    options = ["--data-dir", str(run.data_dir), *ANY_PORTS, "--no-demo", "--workers", "1"]
    process = subprocess.Popen([*closed, *options], cwd=ROOT)

    eventually(
        lambda: process.poll() is not None or (run.data_dir / "front" / "nginx.pid").exists(),
        what="the public server",
        seconds=90,
    )

    assert process.poll() is None
    process.terminate()
    assert process.wait(20) == 0


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


def test_a_damaged_database_is_named_and_nothing_of_it_is_printed(data_dir):
    database = data_dir / "toutiao.db"
    content = database.read_bytes()
    database.write_bytes(b"no database at all" * 100 + content[1800:])

    said = _refused(data_dir, "--no-demo")

    assert said == (
        f"error: the database {database} is damaged; docs/operations.md says how it is repaired"
    )


def test_a_damaged_append_only_file_is_named(data_dir):
    for path in (data_dir / "valkey").rglob("*.aof"):
        path.write_bytes(b"no command at all" * 10 + path.read_bytes())

    said = _refused(data_dir, "--no-demo")

    assert said.startswith(f"error: Valkey cannot serve what is in {data_dir / 'valkey'}: ")
    assert said.endswith("docs/operations.md says how it is repaired")


@pytest.mark.parametrize("name", ["jwt_secret", "secret_key"])
def test_a_lost_or_damaged_secret_is_named(data_dir, name):
    secret = data_dir / "secrets" / name

    secret.write_bytes(b"\xff" * 48)
    assert f"TOUTIAO_{name.upper()}_FILE: {secret} is not UTF-8 text" in _refused(data_dir)
    secret.unlink()
    assert f"{secret} is gone" in _refused(data_dir)
    assert not secret.exists()
