"""The one clock: product time for SQL, epoch milliseconds for cursors, aware UTC for tokens."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")


def init(tz: str) -> None:
    """Set the product's time zone (setting ``TZ``) for the whole process."""
    global _zone
    _zone = ZoneInfo(tz)


def zone() -> ZoneInfo:
    """The product's time zone."""
    return _zone


def now() -> datetime:
    """Product time without zone and without sub-seconds, as DATETIME columns hold it.

    Whole seconds, because MySQL rounds a fraction up while SQLite keeps it, and because cursors
    over these columns are seconds (contract/data-model.md §0).
    """
    return now_precise().replace(microsecond=0)


def now_precise() -> datetime:
    """Product time without zone, in milliseconds, as DATETIME(3) columns hold it."""
    return from_ms(now_ms())


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def utc_now() -> datetime:
    """The current instant with zone UTC."""
    return datetime.now(UTC)


def to_ms(local: datetime) -> int:
    """Epoch milliseconds of a product time as stored in SQL."""
    aware = local.replace(tzinfo=_zone)
    return int(aware.replace(microsecond=0).timestamp()) * 1000 + aware.microsecond // 1000


def from_ms(ms: int) -> datetime:
    """Product time, as stored in SQL, of epoch milliseconds."""
    seconds, rest = divmod(ms, 1000)
    whole = datetime.fromtimestamp(seconds, _zone).replace(tzinfo=None)
    return whole.replace(microsecond=rest * 1000)
