"""Tables for spreadsheets: CSV whose cells no spreadsheet runs (contract/additions.md §3)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BOM: Final = "\ufeff"  # or spreadsheets take UTF-8 for something else
FORMULAS: Final = ("=", "+", "-", "@")
BLANKS: Final = " \t\r\n"
CHUNK_CHARACTERS: Final = 32_768


def lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The table as UTF-8 in pieces of some kilobytes, made while it is sent."""
    buffer = io.StringIO()
    buffer.write(BOM)
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        if buffer.tell() >= CHUNK_CHARACTERS:
            yield _taken(buffer)
    yield _taken(buffer)


def defused(cell: str) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip(BLANKS).startswith(FORMULAS) else cell


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
