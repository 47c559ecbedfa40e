"""Processes that draw start fast: they do not load the product for it."""

from __future__ import annotations

import subprocess
import sys

from tests.support.programs import ROOT

# What ``python -m scripts.preparing`` does when it has pictures drawn, and what that loads there.
PROGRAM = """
import runpy, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from scripts.demo import drawing

loaded = "' '.join(sorted({'flask', 'redis', 'sqlalchemy'} & set(__import__('sys').modules)))"
main = runpy.run_module("scripts.preparing", run_name="prepared", alter_sys=True)
sys.modules["__main__"].__spec__ = main["__spec__"]
with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
    pool.submit(drawing.draw, drawing.Drawing("seed")).result()
    print(eval(loaded), pool.submit(eval, loaded).result(), sep=";")
"""


def test_who_draws_does_not_load_the_product():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "flask redis sqlalchemy;\n", done.stderr
