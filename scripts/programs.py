"""The process table: what the Procfile says, and the front of an embedded run.

Used as a program, ``python -m scripts.programs NAME``, it becomes that process; so do the container
image and the systemd unit.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.supervisor import ROOT, Program

PROCFILE = ROOT / "Procfile"
LINE = re.compile(r"(?P<name>[a-z]+): (?P<command>.+)")
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+):-(?P<default>[^}]*)\}")
WEB = "web"
IM = "im"
FRONT = "front"


def read_procfile(values: Mapping[str, str], path: Path = PROCFILE) -> dict[str, Program]:
    """The programs of a Procfile by name; ``${NAME:-default}`` is taken from ``values``."""
    programs = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := LINE.fullmatch(line):
            text = VARIABLE.sub(lambda match: values.get(match["name"]) or match["default"], line)
            _, *words = shlex.split(text)
            command = [sys.executable, *words[1:]] if words[0] == "python" else words
            programs[found["name"]] = Program(found["name"], command)
    return programs


def front(*, host: str, port: int, web: str, im: str | None) -> Program:
    """The front; ``web`` and ``im`` are addresses of ours, im None if none runs."""
    command = [sys.executable, "-m", "scripts.front", "--host", host, "--port", str(port)]
    command += ["--web", web] + (["--im", im] if im else [])
    return Program(FRONT, command)


def main() -> None:
    """Become the process that the command line names."""
    programs = read_procfile(os.environ)
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in programs:
        sys.exit(f"usage: python -m scripts.programs {'|'.join(programs)}")
    os.chdir(ROOT)
    command = list(programs[wanted].command)
    os.execvp(command[0], command)  # noqa: S606 - the very purpose; no shell is wanted


if __name__ == "__main__":
    main()
