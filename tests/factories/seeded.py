"""The rows every installation begins with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select

from common.extensions.db import transaction
from common.models import (
    AdministratorGroup,
    GroupPermission,
    Permission,
    StatisticsReadSource,
    StatisticsSales,
)
from common.services.seeding import base

MODELS = (Permission, AdministratorGroup, GroupPermission, StatisticsSales, StatisticsReadSource)

_rows: dict[Any, list[dict[str, Any]]] = {}  # by table


def seed() -> None:
    """The permission tree, the groups and what else is fixed, unless it is there.

    Once in each process as the product does it; later the rows that it made then, or hundreds of
    tests would do so for most of their time.
    """
    with transaction() as session:
        if session.scalar(select(Permission.permission_id).limit(1)) is not None:
            return
        if any(session.scalar(select(func.count()).select_from(each)) for each in MODELS):
            base.add_rows(session)  # between rows that are there
            return
        for table, rows in _rows.items():
            session.execute(insert(table), rows)
        if not _rows:
            base.add_rows(session)
            for table in (model.__table__ for model in MODELS):
                stored = [column for column in table.columns if column.computed is None]
                _rows[table] = [dict(row) for row in session.execute(select(*stored)).mappings()]
