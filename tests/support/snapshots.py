"""All rows of all tables, to see whether anything was stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models.base import Model


def everything_stored() -> dict[str, list[Any]]:
    """Rows by table, as they are committed."""
    refresh_view()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Model.metadata.sorted_tables
    }
