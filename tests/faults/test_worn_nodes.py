"""A realtime node that very many have come to, and whose bus has very often been away."""

from __future__ import annotations

import pytest
from rich.console import Console

from scripts.benching.soaking import soak

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]

GROWTH = 0.05  # of memory, after the warm-up


@pytest.mark.parametrize(("connects", "restarts"), [(100_000, 0), (0, 100)])
def test_it_holds_no_more_memory_and_no_more_files_than_before(tmp_path, connects, restarts):
    (soaked,) = soak(
        connects=connects, restarts=restarts, folder=tmp_path, console=Console(quiet=True)
    )

    assert soaked.after.files == soaked.before.files
    assert soaked.growth <= GROWTH, soaked
