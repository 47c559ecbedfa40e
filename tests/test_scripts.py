"""The scripts that people run, with real processes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from scripts import welcome
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.runs import ROOT, RUNNING, START_SECONDS, Run, run_of

# One at a time, whatever the number of xdist workers: each of these starts the whole product.
pytestmark = [pytest.mark.xdist_group("whole product"), pytest.mark.timeout(400)]


# The first administrator of the product with its demo content.
OPERATOR = {"ACCOUNT": "testid", "PASSWORD": "testpwd123"}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Makes nothing run by itself; ends what a failed test left."""
    made = Run(tmp_path / "data", tmp_path / "log")
    yield made
    made.kill()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The product with its demo content, for tests that leave it running."""
    operator = {f"TOUTIAO_ADMIN_{name}": value for name, value in OPERATOR.items()}
    with run_of(tmp_path_factory.mktemp("demo"), **operator) as made:
        yield made


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address of ours
        return int(answer.status)


def _call(*command: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, **options
    )


def test_the_whole_product_starts_answers_stops_and_starts_again_with_its_data(run):
    run.start("--no-demo")
    family = run.family()
    secret = (run.data_dir / "secrets" / "jwt_secret").read_text()

    assert [_get(f"{url}/readyz") for url in (run.url, run.im_url)] == [200, 200]
    assert _administrators(run.data_dir) == 1
    assert run.stop() == 0

    assert [process for process in family if process.is_running()] == []
    assert list(run.data_dir.glob("**/*.sock")) == []

    run.start("--no-demo")
    assert (run.data_dir / "secrets" / "jwt_secret").read_text() == secret
    assert _administrators(run.data_dir) == 1
    assert run.stop(signal.SIGINT) == 0


def test_what_the_demo_tells_people_to_try_works_when_pasted(demo):
    lines = [line for line in demo.log.read_text().splitlines() if "curl" in line]
    pasted = _call("bash", "-euc", "\n".join(lines))

    assert pasted.returncode == 0, pasted.stderr
    assert json.loads(pasted.stdout)["data"]["new_obj"]["content"] == "你好"
    assert lines == welcome.commands(demo.url, "13812345678", "246810")


def _replays(demo, name):
    """What the block of a journey prints, twice."""
    (path,) = (ROOT / "docs").glob(f"{name}-journey*")
    page = path.read_text()
    (journey,) = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    environment = {**os.environ, **OPERATOR, "BASE": demo.url}
    for _ in range(2):
        replay = _call("bash", "-euo", "pipefail", "-c", journey, env=environment)
        assert (replay.returncode, replay.stderr) == (0, ""), replay.stderr
        lines = replay.stdout.splitlines()
        assert [line[0] for line in lines if re.match(r"\d\. ", line)] == list("123456789")
        assert not re.search(r'"errors"|Traceback', replay.stdout)
        yield lines


def test_the_readers_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "reader"):
        seen = [line for line in lines if line.startswith("{'attitude'")]
        assert "'attitude': 1, 'is_collected': True, 'is_followed': True" in seen[0]
        assert seen[1] == "{'attitude': -1, 'is_collected': False, 'is_followed': False}"


def test_the_editors_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "editor"):
        assert "老城墙下的早点铺（改）" in lines
        assert "{'content': '豆浆要咸的！', 'is_top': 1, 'is_liking': 1}" in lines
        assert [line for line in lines if '"allow_comment":' in line][-1].endswith("true}}")
        refusals = [line for line in lines if '"message"' in line and '"OK"' not in line]
        assert refusals == ['{"message":"Wrong refresh token."}']


def test_the_operators_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "operator"):
        shown = [line for line in lines if re.fullmatch(r"(banned|back|hidden|shown): \d+", line)]
        assert shown == ["banned: 404", "back: 200", "hidden: 404", "shown: 200"]
        held = lines.index("专业代写检讨，价格公道")
        assert lines[held + 1 : held + 4] == ["0", "1", "1"]  # before, let through, after
        refusals = [line for line in lines if '"message"' in line and '"OK"' not in line]
        assert refusals == [
            '{"message":"User denied."}',
            '{"message":"User must be authorized."}',
        ]
        logged = "\n".join(lines)
        for verb in (
            "审核: 文章",
            "封禁: 文章",
            "审核: 举报",
            "审核: 评论",
            "冻结: 用户",
            "解冻: 用户",
        ):
            assert verb in logged


def test_a_process_that_dies_is_replaced_while_the_others_go_on(run):
    run.start("--no-demo")
    web = next(child for child in run.family() if "granian" in command_of(child))

    web.kill()

    notice = "! web ended (exit code -9); again in 0.5 s"
    eventually(lambda: notice in run.log.read_text(), what="notice")
    eventually(
        lambda: _runs_anew(run, web) and _answers(f"{run.url}/readyz"),
        what="a new web",
        seconds=START_SECONDS,
    )
    assert run.stop() == 0


def test_a_run_refuses_what_another_run_uses(run, tmp_path):
    run.start("--no-demo")

    for changes, complaint in (
        ({"--data-dir": str(run.data_dir)}, f"error: {run.data_dir} is in use by process"),
        ({"--port": str(run.port)}, f"error: port {run.port} is in use; stop the other program"),
    ):
        options = {"--data-dir": str(tmp_path / "other"), **_any_ports(), **changes}
        refused = _call(*RUNNING, *(word for option in options.items() for word in option))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith(complaint)

    assert run.stop() == 0


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1"])
def test_any_loopback_host_will_do_whatever_proxies_are_configured(run, host):
    nowhere = "http://127.0.0.1:9"

    run.start("--host", host, "--no-demo", http_proxy=nowhere, HTTP_PROXY=nowhere)

    name = f"[{host}]" if ":" in host else host
    assert f"http://{name}:{run.port}/readyz" in run.log.read_text()
    connection = http.client.HTTPConnection(host, run.port, timeout=5)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
    connection.close()
    assert run.stop() == 0


@pytest.mark.parametrize("option", ["--port", "--im-port"])
@pytest.mark.parametrize("port", ["65536", "-1"])
def test_a_port_that_is_none_is_refused_by_the_name_of_its_option(tmp_path, option, port):
    others = {"--data-dir": str(tmp_path / "data"), **_any_ports(), option: port}

    refused = _call(*RUNNING, *(f"{name}={value}" for name, value in others.items()))

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: {option} {port} is no port; choose one up to 65535")


def test_the_two_ports_must_differ(tmp_path, run):
    both = ("--port", str(run.port), "--im-port", str(run.port))

    refused = _call(*RUNNING, "--data-dir", str(tmp_path / "data"), *both)

    assert (refused.returncode, refused.stderr) == (1, "error: --port and --im-port must differ\n")


def test_a_reset_forgets_everything_and_nothing_else(run, tmp_path):
    run.start("--no-demo")
    secret = (run.data_dir / "secrets" / "jwt_secret").read_text()
    assert run.stop() == 0

    run.start("--no-demo", "--reset")
    assert (run.data_dir / "secrets" / "jwt_secret").read_text() != secret
    assert run.stop() == 0

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    refused = _call(*RUNNING, "--reset", "--data-dir", str(tmp_path / "mine"))
    assert refused.returncode == 1
    assert (tmp_path / "mine" / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"TOUTIAO_JWT_SECRET": "short"}, "TOUTIAO_JWT_SECRET: must have at least 32 bytes"),
        ({"TOUTIAO_TZ": "Mars/Olympus"}, "TOUTIAO_TZ: no such time zone"),
    ],
)
def test_wrong_settings_are_one_clear_line(tmp_path, variables, complaint):
    options = {"--data-dir": str(tmp_path / "data"), **_any_ports()}

    refused = _call(
        *RUNNING,
        *(word for option in options.items() for word in option),
        env=os.environ | variables,
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"error: {complaint}")


def test_demo_logins_stay_on_loopback_unless_somebody_insists(tmp_path):
    options = {"--data-dir": str(tmp_path / "data"), **_any_ports(), "--host": "::"}

    refused = _call(*RUNNING, *(word for option in options.items() for word in option))

    assert refused.returncode == 1
    assert "DEMO=on only while bound to loopback" in refused.stderr


@pytest.mark.parametrize("script", ["scripts/run", "scripts/test", "scripts/check", ".ci/run"])
def test_every_script_explains_itself(script):
    explained = _call(script, "--help")

    assert explained.returncode == 0
    assert re.match(r"\s*Usage: ", explained.stdout)


def test_scripts_start_from_wherever_the_caller_stands(tmp_path):
    explained = subprocess.run(
        [ROOT / "scripts" / "run", "--help"], cwd=tmp_path, capture_output=True, check=False
    )

    assert explained.returncode == 0


def _runs_anew(run: Run, former: psutil.Process) -> bool:
    return any("granian" in command_of(child) and child != former for child in run.family())


def _any_ports() -> dict[str, str]:
    return {"--port": "0", "--im-port": "0"}


def _answers(url: str) -> bool:
    try:
        return _get(url) == 200
    except OSError:
        return False


def _administrators(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / "toutiao.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM mis_administrator").fetchone()
        return int(count)
