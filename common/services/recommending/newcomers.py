"""Devices that nobody has seen before: STORE hears of them when they ask again.

Whoever sends a device id may have made it up a moment ago, and can make up thousands in a second.
So the first page of a device is kept by this machine alone, in a table of fixed size; its second
one, within the hour, takes that page along into STORE.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from common.settings import Settings
from common.utils import clock
from common.utils.background.shared import SharedTable

KEPT: Final = timedelta(hours=1)
FILE: Final = "newcomers"  # in the data directory
PLACES: Final = 4096
PLACE_BYTES: Final = 2048  # a page of a hundred articles


class FirstPage(NamedTuple):
    """What a device was served when it came for the first time, as STORE would keep it."""

    channel_id: int
    member: bytes


class _Desk:
    """What the process was configured with."""

    table: SharedTable | None = None


_desk = _Desk()


def init(settings: Settings, *, place_bytes: int = PLACE_BYTES) -> None:
    """Set where this machine's processes keep their table. Opens nothing."""
    forget()
    path = settings.data_dir.resolve() / FILE
    _desk.table = SharedTable(path, places=PLACES, place_bytes=place_bytes)


def forget() -> None:
    """Let go of the table."""
    if _desk.table is not None:
        _desk.table.close()


def keep(subject: str, channel_id: int, member: str) -> None:
    """Remember the first page of a device, if there is room."""
    if _desk.table is not None:
        _desk.table.put(subject, f"{clock.now_ms()} {channel_id} {member}".encode())


def find(subject: str) -> FirstPage | None:
    """The first page of a device that came within the last hour, if it is still known."""
    kept = None if _desk.table is None else _desk.table.get(subject)
    if kept is None:
        return None
    seen_ms, channel_id, member = kept.split(b" ")
    if clock.now_ms() - int(seen_ms) >= KEPT.total_seconds() * 1000:
        return None
    return FirstPage(int(channel_id), member)
