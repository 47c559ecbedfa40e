"""What a refused request must not have changed: all rows, and all stored objects."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Table, select

from common.extensions.db import db, refresh_view
from common.models import User
from common.settings import Settings

Snapshot = dict[str, list[str]]

PASSING = frozenset({"worker_lease", "behaviour_event", "idempotency_key"})
DELIVERY = frozenset({"available_at", "attempts", "done_at"})  # of the outbox: set by its threads


def stored_files(settings: Settings) -> list[Path]:
    """Files of all objects, public and private."""
    folders = (settings.data_dir / "media", settings.data_dir / "media-private")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def snapshot(settings: Settings, *, without: frozenset[str] = frozenset()) -> Snapshot:
    """Rows by table, and the objects; two of them are equal if nothing was stored meanwhile."""
    refresh_view()
    tables = [
        table
        for table in User.metadata.sorted_tables
        if table.name not in PASSING and table.name not in without
    ]
    rows = {
        table.name: sorted(map(repr, db.session.execute(select(*_lasting(table))).all()))
        for table in tables
    }
    return rows | {"objects": [str(path) for path in stored_files(settings)]}


def _lasting(table: Table) -> list[Column[object]]:
    return [
        column for column in table.columns if table.name != "outbox" or column.name not in DELIVERY
    ]
