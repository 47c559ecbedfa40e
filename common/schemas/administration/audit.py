"""What operators do, as it is written down (contract/admin.md §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from typing_extensions import TypedDict

NOBODY = 0  # the administrator of a log-in with an account that does not exist


class Verb(StrEnum):
    """What was done, as the log spells it."""

    LOG_IN = "登录"
    LOG_OUT = "退出"
    LOOK = "查询"
    ADD = "新增"
    CHANGE = "修改"
    DELETE = "删除"
    APPROVE = "审核"
    REJECT = "驳回"
    BAN = "封禁"
    UNBAN = "解封"
    FREEZE = "冻结"
    THAW = "解冻"
    GRANT = "授权"


class Change(NamedTuple):
    """What a field was and is, as JSON has it; never a secret."""

    before: Any
    after: Any


SECRET = Change("***", "***")  # that a password changed, not what it is


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that an operator did to one object.

    :param kind: of the object, as people call it: ``频道``
    :param name: the object's name or id for people
    :param detail: what else the description says
    :param target: the object for programs, ``channel:7``
    """

    verb: Verb
    kind: str
    name: str | int = ""
    detail: str = ""
    target: str = ""
    changes: Mapping[str, Change] | None = None


class OperationRow(TypedDict):
    """An entry of the log in a list."""

    operation_log_id: int
    administrator_id: int
    administrator_name: str | None
    ip: str
    operation: str | None
    description: str
    target: str | None
    changes: dict[str, Any] | None
    request_id: str | None
    ctime: str


class OperationList(TypedDict):
    """A page of the log."""

    operationlogs: list[OperationRow]
    total_count: int


@dataclass(frozen=True)
class OperationFilter:
    """Which entries of the log; None and empty text mean any."""

    keyword: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    administrator_id: int | None = None
    operation: str | None = None
    ip: str | None = None


@dataclass(frozen=True)
class ChainVerdict:
    """What a walk along the chain found.

    :param checked: how many entries were in order
    :param last_id: the newest entry that the head names
    :param hash: what vouches for it
    :param broken_at: the first entry that is not as it was written, or is missing
    """

    checked: int
    last_id: int
    hash: str
    broken_at: int | None = None
