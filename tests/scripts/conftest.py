"""Fixtures of the tests of scripts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from common.extensions.db import engine
from common.models import schema
from common.utils.logging import forget_logging
from scripts import embedded
from scripts.managing.__main__ import main
from scripts.managing.installation import database

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Where nothing is yet."""
    return tmp_path / "data"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated installation."""
    made = tmp_path_factory.mktemp("managed") / "data"
    with embedded.EmbeddedStack(made), database(made):
        schema.upgrade(engine())
    return made


@pytest.fixture
def migrated(template: Path, data_dir: Path) -> Path:
    """A copy of it, which ``manage`` works on."""
    shutil.copytree(template, data_dir)
    return data_dir


@pytest.fixture
def ask(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """``ask("jobs", "list")``, in this process; ``variables`` join the environment."""

    def call(
        *words: str, stdin: str = "", variables: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        for name, value in (variables or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["manage", *words, "--data-dir", str(data_dir)])
        try:
            code = main()
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            forget_logging()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, said.out, said.err)

    return call
