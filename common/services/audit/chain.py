"""How entries of the log vouch for one another: HMAC over an entry and its predecessor's value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from common.models import OperationLog
from common.utils.crypto import sealing

HEAD: Final = 1  # id of the head's one row
BEGINNING: Final = "0" * 64  # what stands for the predecessor of the first entry

COVERED: Final = (
    OperationLog.operation_log_id,
    OperationLog.administrator_id,
    OperationLog.administrator_name,
    OperationLog.ip,
    OperationLog.operation,
    OperationLog.description,
    OperationLog.target,
    OperationLog.changes,
    OperationLog.request_id,
    OperationLog.create_time,
)


def link(former: str, entry: Mapping[str, Any]) -> str:
    """What vouches for ``entry`` behind the one that ``former`` vouches for; 64 hex digits.

    :param entry: the columns :data:`COVERED` by their names
    """
    written = {column.key: entry[column.key] for column in COVERED}
    written["create_time"] = entry["create_time"].isoformat(sep=" ", timespec="seconds")
    canonical = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sealing.link(f"{former}\n{canonical}".encode())
