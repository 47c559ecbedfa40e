"""Types of request parameters that are points in time (contract/user-app.md §1.7)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from common.utils import clock
from common.utils.parameters.basic import BLANKS, Absent, Checked, integer, refuse_as

INVALID_DATE: Final = "Invalid date param."
INVALID_TIMESTAMP: Final = "timestamp param error"
SECONDS_BELOW: Final = 10**11  # a smaller timestamp is in seconds (contract/clients.md §2)
LATEST_MS: Final = 253_402_214_400_000  # 9999-12-31 UTC; later ones have no date in every zone
LAST_DAY: Final = date.max - timedelta(days=1)  # spans of days end where the next one begins
# Beyond them no DATETIME is sure to hold a moment, and none has a week before it or a day after it.
EARLIEST: Final = datetime(1000, 1, 1)  # noqa: DTZ001 - product time
LATEST: Final = datetime.combine(LAST_DAY, time.max).replace(microsecond=0)

_DATE_TIME: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-5][0-9])?)?"
)
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")


def _timestamp_ms(value: Any, info: ValidationInfo) -> int:
    try:
        number = integer(value, info)
    except PydanticCustomError:
        raise refuse_as(INVALID_TIMESTAMP) from None
    ms = number * 1000 if number < SECONDS_BELOW else number
    if not 0 < ms <= LATEST_MS:
        raise refuse_as(INVALID_TIMESTAMP)
    return ms


def _date(value: Any) -> date:
    """9999-12-31 is how clients write "without end": it is the last day that has a next one."""
    return _parse(value, needs_time=False).date()


def _date_time(value: Any) -> datetime:
    return _parse(value, needs_time=True)


def _parse(value: Any, *, needs_time: bool) -> datetime:
    """Product time; a time with a zone is converted to it."""
    match = _DATE_TIME.fullmatch(value.strip(BLANKS)) if isinstance(value, str) else None
    if match is None or (needs_time and match["hour"] is None):
        raise refuse_as(INVALID_DATE)
    year, month, day, hour, minute, second = (int(match[name] or 0) for name in _PARTS)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - product time
        if match["zone"]:
            aware = moment.replace(tzinfo=_zone(match["zone"]))
            moment = aware.astimezone(clock.zone()).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise refuse_as(INVALID_DATE) from None
    return min(max(moment, EARLIEST), LATEST)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


class _TimestampMs:
    """Epoch milliseconds, or seconds when small."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_timestamp_ms)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = {"type": "integer", "minimum": 1, "maximum": LATEST_MS}
        return {**schema, "description": "ms since the epoch"}


TimestampMs = Annotated[int, _TimestampMs()]
Date = Annotated[date, Checked(_date, (("type", "string"), ("format", "date")))]
OptionalDate = Annotated[Date | None, Absent()]
DateTime = Annotated[datetime, Checked(_date_time, (("type", "string"), ("format", "date-time")))]
OptionalDateTime = Annotated[DateTime | None, Absent()]
