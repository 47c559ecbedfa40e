"""Which processes an embedded run has: those of the Procfile, and the front."""

from __future__ import annotations

import re
import shlex
import string
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.supervisor import ROOT, Program

PROCFILE = ROOT / "Procfile"
LINE = re.compile(r"(?P<name>[a-z]+): (?P<command>.+)")
WEB = "web"
IM = "im"
FRONT = "front"


def read_procfile(values: Mapping[str, str], path: Path = PROCFILE) -> dict[str, Program]:
    """The programs of a Procfile by name, with ``$NAME`` replaced from ``values``."""
    programs = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := LINE.fullmatch(line):
            words = shlex.split(string.Template(found["command"]).substitute(values))
            command = [sys.executable, *words[1:]] if words[0] == "python" else words
            programs[found["name"]] = Program(found["name"], command)
    return programs


def front(*, host: str, port: int, web: str, im: str | None) -> Program:
    """The front; ``web`` and ``im`` are addresses of ours, im None if none runs."""
    command = [sys.executable, "-m", "scripts.front", "--host", host, "--port", str(port)]
    command += ["--web", web] + (["--im", im] if im else [])
    return Program(FRONT, command)
