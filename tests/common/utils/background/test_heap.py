"""When the collector works: not while modules are imported, and as usual in every process."""

from __future__ import annotations

import gc
import subprocess
import sys

from common import USUAL_PACE
from common.services import binding

# The last line is printed behind what was registered later, at the very end.
IMPORTED = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count()))
import {}
print(gc.get_stats()[2]['collections'])
"""


def test_what_is_imported_is_not_looked_through_as_a_whole_nor_at_the_end():
    for module in ("scripts.gateway", "im.main", "schedule.main", "common.rpc_server.main"):
        program = (sys.executable, "-c", IMPORTED.format(module))
        printed = subprocess.run(program, capture_output=True, check=True, text=True).stdout
        collections, frozen = map(int, printed.split())
        assert collections <= 1  # by what is imported before any of ours
        assert frozen > 100_000


def test_whoever_is_bound_collects_as_python_does_by_itself(settings):
    gc.set_threshold(1, 1, 1)

    binding.bind(settings)
    binding.unbind()

    assert gc.get_threshold() == USUAL_PACE
