"""Supervision: what runs is kept running, what cannot run is said, what is stopped is gone."""

from __future__ import annotations

import json
import os
import signal
import sys
from functools import partial

import psutil
import pytest

from scripts import supervisor
from scripts.child_output import ChildOutput, worth_showing
from scripts.supervisor import Child, Program, RunFailedError, Supervisor, stop
from tests.support.harness.waiting import eventually

SLEEPING = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPING}"
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c',"
    " 'import time; time.sleep(60)']); print(child.pid, flush=True); time.sleep(60)"
)


@pytest.fixture
def child(tmp_path):
    """Makes children that run a piece of Python; ends them all."""
    made: list[Child] = []

    def make(code: str) -> Child:
        program = Program("piece", [sys.executable, "-c", code])
        output = ChildOutput("piece", tmp_path / f"piece{len(made)}.log")
        made.append(Child(program, os.environ, output))
        return made[-1]

    yield make
    stop(made, within_seconds=0)


@pytest.fixture
def reports():
    """What the supervisor reported."""
    return []


def test_a_crashed_child_is_started_again(child, reports, tmp_path):
    mark = tmp_path / "mark"
    code = f"import os; os.path.exists({str(mark)!r}) or (open({str(mark)!r}, 'w'), os._exit(7))"
    watching = Supervisor(reports.append, first_pause_seconds=0.01)
    piece = child(f"{code}; {SLEEPING}")
    watching.start(piece)

    assert watching.watch(until=lambda: "up" in piece.output.tail())

    assert reports == ["piece ended (exit code 7); again in 0.01 s"]


def test_a_child_that_always_crashes_ends_the_run_with_its_last_words(child, reports):
    watching = Supervisor(reports.append, first_pause_seconds=0.01)
    watching.start(child("import sys; print('no such table'); sys.exit(3)"))

    with pytest.raises(RunFailedError) as failure:
        watching.watch()

    assert (
        str(failure.value) == "piece ended 5 times in a row, last with exit code 3\nno such table"
    )
    assert len(reports) == 4


def test_a_signal_ends_the_watch(child):
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    watching = Supervisor(lambda text: None)
    watching.stop_on_signals()
    try:
        watching.start(child(SLEEPING))
        os.kill(os.getpid(), signal.SIGTERM)

        assert watching.watch() is False
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_up(running: Child) -> bool:
    """Whether it has said so."""
    return "up" in running.output.tail()


def test_stopping_is_polite_first_and_forceful_in_time(child):
    polite, stubborn = child(SLEEPING), child(STUBBORN)
    for each in (polite, stubborn):
        each.start()
        eventually(partial(is_up, each), what="output")

    stop([polite, stubborn], within_seconds=2)

    assert "exit code -15" in polite.last_words()
    assert "exit code -9" in stubborn.last_words()


def test_what_a_child_started_ends_with_it(child):
    parent = child(PARENT)
    parent.start()
    eventually(lambda: parent.output.tail().isdigit(), what="output")
    grandchild = int(parent.output.tail())

    stop([parent], within_seconds=5)

    eventually(lambda: not _lives(grandchild), what="end of the grandchild")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs prctl, which Linux has")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path):
    code = (
        "import os, sys, signal; from scripts.supervisor import *;"
        f" c = Child(Program('p', [sys.executable, '-c', {SLEEPING!r}]), os.environ,"
        f" ChildOutput('p', {str(tmp_path / 'log')!r})); c.start();"
        " print(c._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = psutil.Popen([sys.executable, "-c", code], stdout=-1, cwd=supervisor.ROOT)
    with killed.stdout as pipe:
        orphan = int(pipe.read())
    killed.wait()

    eventually(lambda: not _lives(orphan), what="end of the orphan")


def _lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_all_output_is_in_the_log_file_as_json_without_secrets(child, tmp_path):
    token = "eyJhbGciOi.eyJ1c2VyX2lk.c2lnbmF0dXJl"
    said = [
        f"Bearer {token} of 13812345678",
        '{"event":"ours","level":"info"}',
        "ValueError: [ERROR] no",
    ]
    talking = child(f"for line in {said!r}: print(line)")
    talking.start()
    eventually(lambda: not talking.is_running(), what="end")

    assert talking.last_words() == "\n".join(["exit code 0", *said])
    lines = [json.loads(line) for line in (tmp_path / "piece0.log").read_text().splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("Bearer ****** of 138****5678", "info"),
        ("ours", "info"),
        ("ValueError: [ERROR] no", "error"),
    ]


def test_a_socket_that_a_killed_process_left_is_in_nobodys_way(tmp_path):
    left = tmp_path / "web.sock"
    left.touch()
    code = f"import os; print(os.path.exists({str(left)!r}), flush=True); {SLEEPING}"
    output = ChildOutput("piece", tmp_path / "piece.log")
    piece = Child(Program("piece", [sys.executable, "-c", code], left), os.environ, output)

    piece.start()
    eventually(lambda: "up" in output.tail(), what="the process")
    stop([piece], within_seconds=0)

    assert output.tail().startswith("False")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            '{"event": "redis_unavailable", "level": "error", "edge": "store"}',
            "redis_unavailable edge=store",
        ),
        ('{"event": "article_liked", "level": "info"}', None),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ("[INFO] Started worker-1", None),
        ("[ERROR] Worker died", "[ERROR] Worker died"),
        ("{not json", None),
        ("[1, 2]", None),
    ],
)
def test_people_see_at_once_what_matters(line, shown):
    assert worth_showing(line) == shown


def test_a_process_that_is_dispensable_is_marked_and_tried_again_for_ever(child, reports, tmp_path):
    state = tmp_path / "processes.json"
    watching = Supervisor(reports.append, struggling=state, first_pause_seconds=0.01)
    piece = child("import sys; sys.exit(3)")
    piece.is_essential = False
    watching.start(piece)

    is_beyond = lambda: len(reports) > supervisor.MAX_QUICK_CRASHES  # noqa: E731 - said once
    assert watching.watch(until=is_beyond)

    assert json.loads(state.read_text()) == ["piece"]
    assert [each.rpartition(" in ")[2] for each in reports[:3]] == ["0.01 s", "0.02 s", "0.04 s"]
