"""When the collector works: not while modules are imported, and as usual in every process."""

from __future__ import annotations

import gc
import subprocess
import sys

from common import USUAL_PACE
from common.services import binding

IMPORTED = "import gc, {}; print(gc.get_stats()[2]['collections'])"


def test_what_is_imported_is_not_looked_through_as_a_whole():
    for module in ("scripts.gateway", "im.main", "schedule.main", "common.rpc_server.main"):
        program = (sys.executable, "-c", IMPORTED.format(module))
        printed = subprocess.run(program, capture_output=True, check=True, text=True).stdout
        assert int(printed) <= 1  # by what is imported before any of ours


def test_whoever_is_bound_collects_as_python_does_by_itself(settings):
    gc.set_threshold(1, 1, 1)

    binding.bind(settings)
    binding.unbind()

    assert gc.get_threshold() == USUAL_PACE
