"""Which processes hold the dictionaries of Chinese: a hundred megabytes in each that does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.processes.programs import environment

PROGRAM = """
import importlib, sys
from common.services import binding
from common.settings import load

for module in {modules!r}:
    importlib.import_module(module)
binding.bind(load(), binding.Process.{process})
print([each for each in ("opencc", "pypinyin", "rjieba") if each in sys.modules])
"""
NONE, ALL = "[]\n", "['opencc', 'pypinyin', 'rjieba']\n"


@pytest.mark.parametrize(
    ("process", "modules", "expected"),
    [
        # The leading schedule loads them with its first article.
        ("IM", ["im.main", "schedule.main", "common.celery_tasks.main"], NONE),
        ("RPC", ["common.rpc_server.main"], ALL),
        ("WEB", ["scripts.gateway"], ALL),
    ],
)
def test_dictionaries_are_there_before_the_first_request_where_chinese_is_read_and_nowhere_else(
    settings, process, modules, expected
):
    program = PROGRAM.format(modules=modules, process=process)

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(settings),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert done.stdout == expected
