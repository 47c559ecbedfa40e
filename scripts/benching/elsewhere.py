"""Run in another checkout, by its own code: prepares its data, serves it, and says what to ask.

A program: ``python -P elsewhere.py SCENARIO FOLDER IMPORTED WORKERS FD`` in that checkout, which
must come first on ``PYTHONPATH``. One line of JSON goes to the descriptor; it serves until its
standard input is closed. All that it uses of a checkout is as old as ``scripts/bench``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from scripts.benching import content, scenarios, servers

ASKED = 600  # requests that are told: each of the readers asks for each of the articles


def main(name: str, folder: str, imported: str, workers: str, descriptor: str) -> None:
    """Prepare, serve, and wait to be told that it is over."""
    home = content.prepare(Path(folder), int(imported), Console(stderr=True))
    with scenarios.load(name, home) as scenario:
        asked = [scenario.request(number).decode() for number in range(ASKED)]
    with servers.product(home, workers=int(workers)) as running:
        told = json.dumps(_place(running) | {"asked": asked})
        with os.fdopen(int(descriptor), "w") as out:
            out.write(told)
        sys.stdin.read()


def _place(running: Any) -> dict[str, Any]:
    """Where its web server is, and its processes; earlier checkouts had one address, a port."""
    direct = getattr(running, "direct", running)
    addresses = getattr(direct, "addresses", None) or [getattr(direct, "address", None)]
    if addresses == [None]:
        addresses = [direct.port]
    processes = getattr(direct, "processes", None) or vars(direct)["_processes"]  # as it was called
    pids = [process.pid for process in processes]
    told = [each if isinstance(each, int) else str(each) for each in addresses]
    return {"addresses": told, "pids": pids}


if __name__ == "__main__":
    main(*sys.argv[1:])
