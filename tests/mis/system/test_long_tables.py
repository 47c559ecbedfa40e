"""The log as one table takes no more room for being longer (contract/additions.md §3, CSV)."""

from __future__ import annotations

import tracemalloc

from common.extensions.db import engine
from common.extensions.db.engines import CACHE_KIB
from common.extensions.db.session import snapshot
from tests.support.scenarios import crowded
from tests.support.scenarios.operators import MIS

ROWS = 24_000
BEGIN_WITH_TWO = 5_111  # of the numbers below
ABOUT = 1.25  # as much: pieces of a table are of different lengths


def taken_out(client, **wanted) -> tuple[int, int]:
    """Lines of the table, and bytes of Python's that were alive at once while it was sent."""
    tracemalloc.start()
    try:
        answer = client.get(f"{MIS}/operationlogs/export", query_string=wanted)
        lines = sum(piece.count(b"\n") for piece in answer.response)
        return lines, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_many_times_the_rows_take_the_same_memory(admin):
    crowded.operations(ROWS)
    taken_out(admin)  # whatever a first one prepares

    short_lines, short = taken_out(admin, keyword="频道 2")
    long_lines, long = taken_out(admin)

    assert (short_lines, long_lines > ROWS) == (BEGIN_WITH_TWO + 1, True)
    assert long < short * ABOUT


def test_the_database_keeps_few_pages_of_what_is_read_from_end_to_end(runtime):
    with snapshot() as reading, engine().connect() as usual:
        kept, usually = (
            -connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
            for connection in (reading, usual)
        )

    assert (kept * 10 <= usually, usually) == (True, CACHE_KIB)
