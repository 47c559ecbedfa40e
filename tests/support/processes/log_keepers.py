"""A process that writes into an SQLite database when it is told to, whatever is done to its log."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import text

from common.errors import DependencyUnavailable
from common.extensions.db import init_db, transaction
from tests.support.processes.id_streams import settings

WRITE = text("INSERT INTO kept (note) VALUES (:note)")


def main(data_dir: str, name: str) -> None:
    """Keep each line of the standard input as a note, and say so once it is answered."""
    init_db(settings(Path(data_dir)))
    for line in sys.stdin:
        _keep(f"{name} {line.strip()}")
        sys.stderr.write("kept\n")  # what is logged goes to the standard output


def _keep(note: str) -> None:
    while True:
        try:
            with transaction() as session:
                session.execute(WRITE, {"note": note})
        except DependencyUnavailable:  # others have the former log open
            continue
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
