"""A checkout that may be read but not written: somebody else's where we are root, else our own
without the right to write."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.processes.runs import ROOT
from tests.support.sources.removing import NO_SOURCES

OWNER: Final = 54_321  # of the checkout; nobody has such an account
STRANGER: Final = 54_322
# Root without the capabilities that let him write everywhere. He still reaches his own Python.
_RIGHTS: Final = "-dac_override,-dac_read_search,-fowner"
_AS_OTHERS: Final = ("setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}")
IS_ROOT: Final = os.geteuid() == 0


@dataclass(frozen=True)
class Checkout:
    """A copy of the sources with a history of one commit, ``message``."""

    folder: Path

    def command(self, *words: str) -> list[str]:
        """What runs these words of the checkout as somebody who may not write it."""
        program, *rest = words
        return [*(_AS_OTHERS if IS_ROOT else ()), str(self.folder / program), *rest]

    def call(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run it to its end, without a home."""
        return _call(self.command(*words), **options)

    def call_as_stranger(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same without an account, and without a way to root's Python."""
        program, *rest = words
        account = {"user": STRANGER, "group": STRANGER, "extra_groups": []} if IS_ROOT else {}
        return _call([str(self.folder / program), *rest], **account)


@contextmanager
def checkout(message: str, *, environment: Path | None = ROOT / ".venv") -> Iterator[Checkout]:
    """A checkout where everybody may read it.

    :param environment: the Python environment that it links to; None: one that is out of date
    """
    with tempfile.TemporaryDirectory(prefix="foreign-") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "clone"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NO_SOURCES, ".*_cache"))
        if environment is None:
            (folder / ".venv").mkdir()
            (folder / ".venv" / ".stamp").write_text("old\n")
        else:
            (folder / ".venv").symlink_to(environment.resolve())
        _commit(folder, message)
        _give_away(folder)
        try:
            yield Checkout(folder)
        finally:
            _take_back(folder)


def without_home() -> dict[str, str]:
    """Our environment, with a home that is not there."""
    return os.environ | {"HOME": "/nonexistent"}


def _call(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd="/",
        env=without_home(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def _commit(folder: Path, message: str) -> None:
    person = ("-c", "user.name=Reader", "-c", "user.email=reader@example.org")
    for words in (
        ("init", "--quiet", "--initial-branch=main"),
        (*person, "commit", "--quiet", "--allow-empty", "--message", message),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)


def _give_away(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_symlink():
            continue
        if IS_ROOT:
            os.chown(path, OWNER, OWNER)
        path.chmod(path.stat().st_mode & 0o755 | 0o444 if IS_ROOT else path.stat().st_mode & 0o555)


def _take_back(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
