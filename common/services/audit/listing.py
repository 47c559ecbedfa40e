"""Reading the log, by page and as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from common.extensions.db import LongList, containing, newest_long_page, snapshot, transaction
from common.models import OperationLog
from common.schemas.administration.audit import (
    Entry,
    OperationFilter,
    OperationList,
    OperationRow,
    Verb,
)
from common.schemas.administration.operators import Operator
from common.services.audit.chain import COVERED
from common.services.audit.recording import record

ROWS_AT_ONCE: Final = 1000
CSV_HEADER: Final = (
    "编号",
    "时间",
    "管理员编号",
    "管理员",
    "地址",
    "操作",
    "描述",
    "对象",
    "变更",
    "请求编号",
)
_LOG: Final = "运营日志"


def list_operations(
    operator: Operator, wanted: OperationFilter, *, page: int, per_page: int
) -> OperationList:
    """A page of the log, the newest first; that it was looked at is written into it.

    Looked up before that is written: however far a page is, nobody waits for it to write.
    """
    entries = LongList(
        rows=select(*COVERED),
        where=_conditions(wanted),
        order=(OperationLog.operation_log_id,),
    )
    rows, total = newest_long_page(entries, page=page, per_page=per_page)
    with transaction():
        record(operator, Entry(verb=Verb.LOOK, kind=_LOG))
    return {"operationlogs": [_shown(row) for row in rows], "total_count": total}


def export(operator: Operator, wanted: OperationFilter) -> Iterator[tuple[str, ...]]:
    """The rows of a table of the log, the newest first, of one moment, however many.

    That it was taken out is written into it before the first row.
    """
    with transaction():
        record(operator, Entry(verb=Verb.LOOK, kind=_LOG, detail="导出"))
    return _rows(wanted)


def _rows(wanted: OperationFilter) -> Iterator[tuple[str, ...]]:
    query = (
        select(*COVERED)
        .where(*_conditions(wanted))
        .order_by(OperationLog.operation_log_id.desc())
        .limit(ROWS_AT_ONCE)
    )
    with snapshot() as connection:
        rows = connection.execute(query).all()
        while rows:
            yield from map(_cells, rows)
            before = OperationLog.operation_log_id < rows[-1].operation_log_id
            rows = connection.execute(query.where(before)).all()


def _conditions(wanted: OperationFilter) -> list[ColumnElement[bool]]:
    conditions = containing(wanted.keyword, OperationLog.operation, OperationLog.description)
    if wanted.begin is not None:
        conditions.append(OperationLog.create_time >= wanted.begin)
    if wanted.end is not None:
        conditions.append(OperationLog.create_time <= wanted.end)
    for column, value in (
        (OperationLog.administrator_id, wanted.administrator_id),
        (OperationLog.operation, wanted.operation),
        (OperationLog.ip, wanted.ip),
    ):
        if value is not None:
            conditions.append(column == value)
    return conditions


def _shown(row: Any) -> OperationRow:
    return {
        "operation_log_id": row.operation_log_id,
        "administrator_id": row.administrator_id,
        "administrator_name": row.administrator_name,
        "ip": row.ip,
        "operation": row.operation,
        "description": row.description,
        "target": row.target,
        "changes": row.changes,
        "request_id": row.request_id,
        "ctime": row.create_time.isoformat(timespec="seconds"),
    }


def _cells(row: Any) -> tuple[str, ...]:
    changes = "" if row.changes is None else json.dumps(row.changes, ensure_ascii=False)
    return (
        str(row.operation_log_id),
        row.create_time.isoformat(sep=" ", timespec="seconds"),
        str(row.administrator_id),
        row.administrator_name or "",
        row.ip,
        row.operation or "",
        row.description,
        row.target or "",
        changes,
        row.request_id or "",
    )
