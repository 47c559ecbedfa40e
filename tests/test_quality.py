"""The list of checks that scripts/check, pre-commit and CI share, each as one test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.extensions.db import engine
from common.models import schema

ROOT = Path(__file__).parents[1]
# One after the other: they write down what they remember of the sources in one place.
pytestmark = [pytest.mark.xdist_group("quality"), pytest.mark.timeout(600)]

# What the tools remember lies in the checkout; one that may only be read is looked at anew.
CAN_REMEMBER = os.access(ROOT, os.W_OK)
NO_MEMORY = {} if CAN_REMEMBER else {"RUFF_NO_CACHE": "true", "MYPY_CACHE_DIR": os.devnull}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def must_be_content(*arguments: str, folder: Path = ROOT) -> None:
    """Run a tool of our environment; what it complains about is the test's failure."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | NO_MEMORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


def test_ruff_finds_nothing():
    must_be_content("-m", "ruff", "check", "--output-format=concise", ".")


def test_all_sources_are_formatted():
    must_be_content("-m", "ruff", "format", "--check", ".")


def test_every_type_is_right():
    must_be_content("-m", "mypy")


def test_layers_point_down():
    must_be_content("-c", LINT_IMPORTS, *([] if CAN_REMEMBER else ["--no-cache"]))


def test_no_code_is_dead():
    must_be_content("-m", "vulture")


def test_the_migrations_lead_to_the_models(runtime):
    assert schema.differences(engine()) == []
