"""Which processes hold the dictionaries of Chinese: a hundred megabytes in each that does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.programs import environment

PROGRAM = """
import importlib, sys, threading
from common.services import binding, warming
from common.settings import load

def show():
    print([each for each in ("opencc", "pypinyin", "rjieba") if each in sys.modules])

for module in {modules!r}:
    importlib.import_module(module)
binding.bind(load(), binding.Process.{process})
show()
if {warms}:
    warming.warm_meanwhile()
    for thread in threading.enumerate():
        if thread.name == "warming":
            thread.join()
    show()
"""
NONE, ALL = "[]", "['opencc', 'pypinyin', 'rjieba']"


@pytest.mark.parametrize(
    ("process", "modules", "warms", "expected"),
    [
        ("IM", ["im.main"], False, [NONE]),
        # Beside it those that load them with the first text they have to look into.
        (
            "RPC",
            ["common.rpc_server.main", "schedule.main", "common.celery_tasks.main"],
            True,
            [NONE, ALL],
        ),
        ("WEB", ["scripts.gateway"], False, [ALL]),
    ],
)
def test_dictionaries_are_held_by_those_who_read_chinese(
    settings, process, modules, warms, expected
):
    program = PROGRAM.format(modules=modules, process=process, warms=warms)

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == expected
