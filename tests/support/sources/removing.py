"""The repository without one of its features, as docs/removing-a-feature.md says it is made."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "removing-a-feature.md"
NO_SOURCES = (".git", ".venv", "data", ".data", "__pycache__", "node_modules")


class Cut(NamedTuple):
    """A line that goes, and what comes in its place if it is not all about the feature."""

    line: str
    instead: str | None


class Plan(NamedTuple):
    """What a feature consists of: files, and lines of others."""

    files: list[str]
    cuts: dict[str, list[Cut]]


def plans() -> dict[str, Plan]:
    """What the page says, by feature: the sections that have blocks of code."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {text.split("\n")[0]: _plan(text) for text in sections}
    return {feature: plan for feature, plan in found.items() if plan.files}


def _plan(section: str) -> Plan:
    plan = Plan([], {})
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
        if kind == "text":
            plan.files.extend(block.split())
        else:
            for path, cuts in _hunks(block):
                plan.cuts.setdefault(path, []).extend(cuts)
    return plan


def _hunks(block: str) -> Iterator[tuple[str, list[Cut]]]:
    for part in re.split(r"^--- ", block, flags=re.MULTILINE)[1:]:
        path, *lines = part.splitlines()
        cuts: list[Cut] = []
        for line in lines:
            if line.startswith("+"):
                cuts[-1] = Cut(cuts[-1].line, line[1:])
            else:
                cuts.append(Cut(line[1:], None))
        yield path, cuts


def copy_to(folder: Path) -> None:
    """Copy the sources, as old as they are, with what tools remember of them."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NO_SOURCES), dirs_exist_ok=True)


def remove(plan: Plan, folder: Path) -> None:
    """Take a feature out of a copy; imports that are left over go by themselves, save in tables.

    :raises FileNotFoundError: the page names a file that is not there
    :raises ValueError: the page names a line that is not there
    """
    for name in plan.files:
        (folder / name).unlink()
    for name, cuts in plan.cuts.items():
        _cut(folder / name, cuts)
    ruff = (sys.executable, "-m", "ruff")
    _run(folder, *ruff, "check", "-q", "--fix", "--unsafe-fixes", "--select", "F401,I", ".")
    _run(folder, *ruff, "format", "-q", ".")


def _cut(path: Path, cuts: list[Cut]) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    place = 0
    for cut in cuts:
        place = lines.index(cut.line, place)
        lines[place : place + 1] = [] if cut.instead is None else [cut.instead]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)
