"""What a benchmark writes down about itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from scripts.benching import recording
from scripts.benching.comparing import Comparison, Effort, Figures
from scripts.benching.delays import Delay
from scripts.benching.sockets import Figures as Sockets
from scripts.benching.sockets import are_met

EFFORT = Effort(requests=4000, rounds=3, connections=16, workers=2)
FIGURES = Figures(rate=4321.0, cpu_us=210.4, p50_ms=3.14, p99_ms=9.99, failures=0)


def measured(ratio):
    return Comparison(
        product=FIGURES,
        bare=FIGURES,
        public=FIGURES,
        rate_ratio=ratio,
        cpu_ratio=0.7,
        stages=1,
        statements=0,
    )


@pytest.fixture
def page(tmp_path):
    """The real page, to be written on."""
    copy = tmp_path / "benchmarks.md"
    copy.write_text(recording.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


def rows_of(page):
    table = page.read_text(encoding="utf-8").split("\n## Runs\n")[1]
    _, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_newest_run_stands_first_with_all_that_its_figures_depend_on(page):
    before, began = rows_of(page), datetime.now(UTC)

    recording.record(
        "feed", [("demo content", measured(0.7)), ("many", measured(0.69))], EFFORT, page=page
    )

    demo, many, *earlier = rows_of(page)
    assert earlier == before
    assert demo[0] in {f"{at:%Y-%m-%d}" for at in (began, datetime.now(UTC))}
    assert re.fullmatch(r"[0-9a-f]{9,}\+?|unknown", demo[1])
    assert demo[2] == f"{recording.machine()}; 2 workers, 16 connections, 3 × 4,000 requests"
    assert demo[3:6] == ["feed", "demo content", "4,321 / 4,321"]
    assert (demo[-5], demo[-2], demo[-1]) == ("0.70", "yes", "4,321; 210")
    assert (many[4], many[-5], many[-2]) == ("many", "0.69", "no")


@pytest.mark.parametrize(("beside_ms", "met"), [(40.0, "yes"), (40.1, "no")])
def test_what_others_wait_beside_a_large_save_stands_in_a_table_of_its_own(page, beside_ms, met):
    before = rows_of(page)

    recording.record_delay(Delay(20.0, beside_ms, 3.2, 19.8), 2, page=page)

    table = page.read_text(encoding="utf-8").split("\n## Others beside a large save\n")[1]
    row = [line for line in table.split("\n## ")[0].splitlines() if line.startswith("|")][2]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:] == [
        f"{recording.machine()}; 2 workers", "20", "3.2", "20.0", f"{beside_ms:.1f}", "2.00", met
    ]  # fmt: skip
    assert rows_of(page) == before


def test_every_run_has_all_columns(page):
    recording.record("detail", [("demo content", measured(1.0))], EFFORT, page=page)

    assert {len(row) for row in rows_of(page)} == {16}


def test_sockets_stand_beside_those_of_the_library_alone(page):
    ours = Sockets("im", 571.2, 32.3, 131.0, 10_000, [0.3, 0.6])
    theirs = Sockets("python-socketio", 696.1, 65.0, 400.0, 10_000, [0.4, 1.2])

    recording.record_sockets(ours, theirs, 10_000, 1_000, page=page)

    row = page.read_text(encoding="utf-8").split("\n## Sockets\n")[1].split("|---|\n")[1]
    cells = [cell.strip() for cell in row.splitlines()[0].strip("|").split("|")]
    assert cells[3:7] == ["10,000", "571 / 696", "32.3 / 65.0", "131 / 400"]
    assert cells[7:] == ["1,000", "0.6 / 1.2", "0.6 / 1.2", "yes"]


@pytest.mark.parametrize(
    "figures",
    [
        Sockets("too large", 601.0, 32.3, 131.0, 10_000, [0.3]),
        Sockets("too slow to all", 571.2, 32.3, 1_001.0, 10_000, [0.3]),
        Sockets("too slow to one", 571.2, 32.3, 131.0, 10_000, [0.3] * 98 + [201.0] * 2),
        Sockets("not to all", 571.2, 32.3, 131.0, 9_999, [0.3]),
        Sockets("not to its end", 571.2, 32.3, 131.0, 10_000, [0.3], "TimeoutError: "),
    ],
    ids=lambda figures: figures.name,
)
def test_sockets_that_miss_a_bar_say_so(figures):
    assert not are_met(figures, 10_000)
