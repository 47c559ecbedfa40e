"""Types of what operators send (contract/admin.md §1.5 to §1.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from common.utils.crypto import passwords
from common.utils.parameters.basic import (
    INVALID,
    MAX_ID,
    NOT_POSITIVE,
    OUT_OF_RANGE,
    Absent,
    Checked,
    PerPage,
    Text,
    Whole,
    refuse,
    refuse_as,
)
from common.utils.parameters.listing import PageQuery
from common.utils.parameters.times import INVALID_DATE, OptionalDateTime

MAX_BATCH: Final = 10_000
NOT_ACCOUNT: Final = "{value} is not a valid account"
INVALID_PASSWORD: Final = "Invalid password."  # noqa: S105 - what a client is told
EMPTY_LIST: Final = "Missing required parameter in the JSON body"

_ACCOUNT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,15}")


def is_account(text: str) -> bool:
    """Whether an operator's account may be called so (contract/admin.md §1.7)."""
    return _ACCOUNT.fullmatch(text) is not None


def _account(value: Any) -> str:
    if isinstance(value, str) and is_account(value):
        return value
    raise refuse(NOT_ACCOUNT, value=value)


def _password(value: Any) -> str:
    password = passwords.acceptable(value) if isinstance(value, str) else None
    if password is None:
        raise refuse_as(INVALID_PASSWORD)
    return password


def choice(lo: int, hi: int) -> Whole:
    """A small number that says which; its complaint calls every one of them "argument"."""
    complaint = OUT_OF_RANGE.replace("{name}", "argument")
    return Whole(lo, hi, complaint, complaint)


@dataclass(frozen=True)
class IdList:
    """Ids in an array; a single one counts as an array of one."""

    shortest: int = 1
    lowest: int = 1

    def check(self, value: Any, info: ValidationInfo) -> tuple[int, ...]:
        """Each id once, in order."""
        items = value if isinstance(value, list) else [value]
        if len(items) < self.shortest:
            raise refuse_as(EMPTY_LIST)
        if len(items) > MAX_BATCH:
            raise refuse_as(f"At most {MAX_BATCH} at once.")
        one = Whole(self.lowest, MAX_ID, NOT_POSITIVE)
        return tuple(dict.fromkeys(one.check(item, info) for item in items))

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        item = {"type": "integer", "minimum": self.lowest, "maximum": MAX_ID}
        bounds = {"minItems": self.shortest, "maxItems": MAX_BATCH}
        return {"type": "array", "items": item, **bounds}


_ACCOUNT_SCHEMA: Final = (("type", "string"), ("pattern", "^[A-Za-z][A-Za-z0-9_]{3,15}$"))
_PASSWORD_SCHEMA: Final = (
    ("type", "string"),
    ("minLength", passwords.SHORTEST),
    ("maxLength", passwords.LONGEST),
)


def _versions(value: Any) -> dict[int, int]:
    if not isinstance(value, dict) or len(value) > MAX_BATCH:
        raise refuse_as(INVALID)
    found = {}
    for id_, version in value.items():
        if not (id_.isascii() and id_.isdigit() and type(version) is int and version > 0):
            raise refuse_as(INVALID)
        found[int(id_)] = version
    return found


_VERSIONS_SCHEMA: Final = (("type", "object"), ("maxProperties", MAX_BATCH))

Account = Annotated[str, Checked(_account, _ACCOUNT_SCHEMA)]
Password = Annotated[str, Checked(_password, _PASSWORD_SCHEMA)]
Status = Annotated[int, choice(0, 1)]
Ids = Annotated[tuple[int, ...], IdList()]
Versions = Annotated[dict[int, int], Checked(_versions, _VERSIONS_SCHEMA)]  # by article
Keyword = Annotated[Annotated[str, Text(1, 100)] | None, Absent()]
OptionalStatus = Annotated[Status | None, Absent()]
Order = Annotated[str, Text(0, 100)]  # a value that means nothing is the default order


class ListQuery(PageQuery):
    """A page of a list at this door."""

    per_page: PerPage = 20
    order_by: Order = ""

    @property
    def by_id(self) -> bool:
        """Whether the order by id was asked for, the only other one."""
        return self.order_by == "id"


class Period(BaseModel):
    """From one time to another, both included, either open."""

    end: OptionalDateTime = None
    begin: OptionalDateTime = None

    @field_validator("begin", mode="after")
    @classmethod
    def _begins_first(cls, begin: datetime | None, info: ValidationInfo) -> datetime | None:
        end = info.data.get("end")
        if begin is not None and end is not None and begin > end:
            raise refuse_as(INVALID_DATE)
        return begin


class PeriodQuery(Period, ListQuery):
    """A page of what happened in a period."""
