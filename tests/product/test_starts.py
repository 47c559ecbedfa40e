"""The scripts that people run, with real processes."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes.runs import ROOT, RUNNING, Run, called

# With those that look at the running product, which one of them wants, too.
pytestmark = [pytest.mark.xdist_group("demo product"), pytest.mark.timeout(400)]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Makes nothing run by itself; ends what a failed test left."""
    made = Run(tmp_path / "data", tmp_path / "log")
    yield made
    made.kill()


def test_it_starts_again_with_its_data_until_a_reset(run):
    """At any loopback host, whatever proxies are configured."""
    _starts_at("localhost", run)
    secret = _secret(run)
    assert _administrators(run.data_dir) == 1
    assert run.stop() == 0

    _starts_at("127.0.0.2", run)
    assert _secret(run) == secret
    assert _administrators(run.data_dir) == 1
    assert run.stop(signal.SIGINT) == 0

    _starts_at("::1", run, "--reset")
    assert _secret(run) != secret
    assert run.stop() == 0


def _starts_at(host: str, run: Run, *options: str) -> None:
    """Start it, and read at that host."""
    nowhere = "http://127.0.0.1:9"
    run.start("--no-demo", "--host", host, *options, http_proxy=nowhere, HTTP_PROXY=nowhere)
    name = f"[{host}]" if ":" in host else host
    assert f"http://{name}:{run.port}/readyz" in run.log.read_text()
    with closing(http.client.HTTPConnection(host, run.port, timeout=5)) as connection:
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200


def _secret(run: Run) -> str:
    return (run.data_dir / "secrets" / "jwt_secret").read_text()


def test_a_reset_forgets_no_folder_of_somebody_else(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()

    refused = called(*RUNNING, "--reset", "--data-dir", str(tmp_path / "mine"))

    assert refused.returncode == 1
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_run_refuses_what_another_run_uses(demo, tmp_path):
    for changes, complaint in (
        ({"--data-dir": str(demo.data_dir)}, f"error: {demo.data_dir} is in use by process"),
        ({"--port": str(demo.port)}, f"error: port {demo.port} is in use; stop the other program"),
    ):
        options = {"--data-dir": str(tmp_path / "other"), **_any_ports(), **changes}
        refused = called(*RUNNING, *(word for option in options.items() for word in option))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith(complaint)


@pytest.mark.parametrize("option", ["--port", "--im-port"])
@pytest.mark.parametrize("port", ["65536", "-1"])
def test_a_port_that_is_none_is_refused_by_the_name_of_its_option(tmp_path, option, port):
    others = {"--data-dir": str(tmp_path / "data"), **_any_ports(), option: port}

    refused = called(*RUNNING, *(f"{name}={value}" for name, value in others.items()))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: {option} {port} is no port; choose one up to 65535")


def test_the_two_ports_must_differ(tmp_path, run):
    both = ("--port", str(run.port), "--im-port", str(run.port))

    refused = called(*RUNNING, "--data-dir", str(tmp_path / "data"), *both)

    assert (refused.returncode, refused.stderr) == (1, "error: --port and --im-port must differ\n")


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"TOUTIAO_JWT_SECRET": "short"}, "TOUTIAO_JWT_SECRET: must have at least 32 bytes"),
        ({"TOUTIAO_TZ": "Mars/Olympus"}, "TOUTIAO_TZ: no such time zone"),
        ({"WEB_MAX_MB": "5'"}, "WEB_MAX_MB: must be a whole number above 0"),
        ({"WORKER_THREADS": "0"}, "WORKER_THREADS: must be a whole number above 0"),
    ],
)
def test_wrong_settings_are_one_clear_line(tmp_path, variables, complaint):
    options = {"--data-dir": str(tmp_path / "data"), **_any_ports()}

    refused = called(
        *RUNNING,
        *(word for option in options.items() for word in option),
        env=os.environ | variables,
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: {complaint}")


def test_demo_logins_stay_on_loopback_unless_somebody_insists(tmp_path):
    options = {"--data-dir": str(tmp_path / "data"), **_any_ports(), "--host": "::"}

    refused = called(*RUNNING, *(word for option in options.items() for word in option))

    assert refused.returncode == 1
    assert "DEMO=on only while bound to loopback" in refused.stderr


@pytest.mark.parametrize("script", ["scripts/run", "scripts/test", "scripts/check", ".ci/run"])
def test_every_script_explains_itself(script):
    explained = called(script, "--help")

    assert explained.returncode == 0
    assert re.match(r"\s*Usage: ", explained.stdout)


def test_scripts_start_from_wherever_the_caller_stands(tmp_path):
    explained = subprocess.run(
        [ROOT / "scripts" / "run", "--help"], cwd=tmp_path, capture_output=True, check=False
    )

    assert explained.returncode == 0


def _any_ports() -> dict[str, str]:
    return {"--port": "0", "--im-port": "0"}


def _administrators(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "toutiao.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM mis_administrator").fetchone()
        return int(count)
