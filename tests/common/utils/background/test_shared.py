"""A table that the processes of one machine share, in a file of fixed size."""

from __future__ import annotations

import subprocess
import sys

import pytest

from common.utils.background.shared import SharedTable

PLACES, PLACE_BYTES = 8, 64
_PROGRAM = """
import sys
from pathlib import Path
from common.utils.background.shared import SharedTable
table = SharedTable(Path(sys.argv[1]), places=8, place_bytes=64)
print(table.get("theirs").decode())
table.put("mine", b"of a child")
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "below" / "table"


@pytest.fixture
def table(path):
    opened = SharedTable(path, places=PLACES, place_bytes=PLACE_BYTES)
    yield opened
    opened.close()


def test_what_was_put_is_found_and_nothing_else(table):
    assert table.put("a", b"1")

    assert [table.get(key) for key in ("a", "b")] == [b"1", None]


def test_another_process_sees_it_and_is_seen(table, path):
    table.put("theirs", b"of the parent")

    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path)], check=True, capture_output=True, text=True
    )

    assert done.stdout.strip() == "of the parent"
    assert table.get("mine") == b"of a child"


def test_the_file_never_grows_and_the_latest_is_always_there(table, path):
    for number in range(1000):
        table.put(str(number), b"x")
        assert table.get(str(number)) == b"x"

    assert path.stat().st_size == PLACES * PLACE_BYTES
    assert path.stat().st_blocks * 512 >= PLACES * PLACE_BYTES
    assert sum(table.get(str(number)) is not None for number in range(1000)) <= PLACES


def test_what_is_too_long_is_refused_and_leaves_what_was_there(table):
    table.put("a", b"1")

    assert not table.put("a", b"x" * PLACE_BYTES)
    assert table.get("a") == b"1"


def test_an_entry_that_is_being_written_is_none(table, path):
    table.put("a", b"whole")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"whole", b"whXXX"))

    again = SharedTable(path, places=PLACES, place_bytes=PLACE_BYTES)

    assert again.get("a") is None
    again.close()


def test_where_there_is_no_room_for_the_file_the_process_has_a_table_of_its_own(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    table = SharedTable(tmp_path / "file" / "table", places=PLACES, place_bytes=PLACE_BYTES)

    table.put("a", b"1")

    assert table.get("a") == b"1"


def test_what_a_table_holds_outlives_its_process(table, path):
    table.put("a", b"1")
    table.close()

    assert SharedTable(path, places=PLACES, place_bytes=PLACE_BYTES).get("a") == b"1"
