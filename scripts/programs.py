"""The process table: what the Procfile says, and the public server of an embedded run.

Used as a program, ``python -m scripts.programs NAME``, it becomes that process; so do the container
image and the systemd unit.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scripts.supervisor import ROOT, Program, RunFailedError

PROCFILE = ROOT / "Procfile"
LINE = re.compile(r"(?P<name>[a-z]+): (?P<command>.+)")
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+):-(?P<default>[^}]*)\}")
WEB = "web"
IM = "im"
RPC = "rpc"
FRONT = "front"
# Numbers that whoever starts an embedded run may set, too; the rest is decided by scripts/run.
OF_THE_HOST = ("WEB_MAX_MB", "WEB_RESPAWN_SECONDS", "WORKER_THREADS")
DISPENSABLE = {"worker", IM, RPC}  # SMS, chat and notices; the others are the product


def numbers_of_the_host() -> dict[str, str]:
    """What the environment says of :data:`OF_THE_HOST`, by name.

    :raises RunFailedError: one of them is no whole number above 0
    """
    found = {name: os.environ[name] for name in OF_THE_HOST if os.environ.get(name)}
    for name, value in found.items():
        if not (value.isascii() and value.isdigit() and int(value)):
            raise RunFailedError(f"{name}: must be a whole number above 0")
    return found


def read_procfile(values: Mapping[str, str], path: Path = PROCFILE) -> dict[str, Program]:
    """The programs of a Procfile by name; ``${NAME:-default}`` is taken from ``values``."""
    programs = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if found := LINE.fullmatch(line):
            text = VARIABLE.sub(lambda match: values.get(match["name"]) or match["default"], line)
            _, *words = shlex.split(text)
            command = [sys.executable, *words[1:]] if words[0] == "python" else words
            is_essential = found["name"] not in DISPENSABLE
            programs[found["name"]] = Program(found["name"], command, is_essential=is_essential)
    return programs


def on_sockets(web: Program, sockets: Sequence[Path]) -> list[Program]:
    """The web process, one for each socket that only its owner reaches, instead of on its port.

    The first keeps the name; the others are ``web-2`` and so on.
    """
    *options, application = web.command
    return [
        Program(
            web.name if number == 1 else f"{web.name}-{number}",
            [*options, "--uds", str(socket), "--uds-permissions", "0600", application],
            socket,
        )
        for number, socket in enumerate(sockets, start=1)
    ]


def on_socket(program: Program, socket: Path) -> Program:
    """A process on a socket that only its owner reaches, instead of on its port."""
    command = [*program.command, "--socket", str(socket)]
    return replace(program, command=command, socket=socket)


def front(*, listen: Sequence[str], web: Sequence[Path], im: Path) -> Program:
    """The public server at these addresses, before the sockets of web and im."""
    command = [sys.executable, "-m", "scripts.front", "--im", str(im)]
    command += [f"--web={socket}" for socket in web]
    return Program(FRONT, [*command, *(f"--listen={address}" for address in listen)])


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
