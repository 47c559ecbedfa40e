"""What a process made before its first request stays for ever: the collector can leave it out."""

from __future__ import annotations

import gc

from common import USUAL_PACE


def collect_as_usual() -> None:
    """Look for garbage as often as Python does by itself: all modules have been imported."""
    gc.set_threshold(*USUAL_PACE)


def freeze() -> None:
    """Take out of the collector's sight what was made until now.

    It waits until a quarter of all there is has been added: counted among it, the product's code
    lets what connections leave grow by tens of megabytes, and is looked through again and again.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # only now it counts what is left, of which that quarter is taken
