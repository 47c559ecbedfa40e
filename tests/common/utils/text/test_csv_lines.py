"""Tables that no spreadsheet runs (contract/additions.md §3, security.md row 60)."""

from __future__ import annotations

import csv
import io

import pytest

from common.utils.text import csv_lines


def read(data):
    """The rows as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_table_begins_with_what_tells_its_encoding_and_keeps_every_cell():
    rows = [("一", 'a "b", c'), ("两\n行", "")]

    data = b"".join(csv_lines.lines(("名", "值"), rows))

    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data) == [["名", "值"], ["一", 'a "b", c'], ["两\n行", ""]]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n@x"])
def test_what_would_be_run_is_text(cell):
    assert csv_lines.defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1-2", "'=1", "一"])
def test_what_is_harmless_stays(cell):
    assert csv_lines.defused(cell) == cell


def test_a_long_table_comes_in_pieces_while_its_rows_are_made():
    made = []

    def rows():
        for number in range(10_000):
            made.append(number)
            yield (str(number), "x" * 20)

    pieces = csv_lines.lines(("n", "x"), rows())
    first = next(pieces)

    assert 0 < len(made) < 5_000
    assert len(read(first + b"".join(pieces))) == 10_001
