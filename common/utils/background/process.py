"""The moments of a process: it has just been forked, it is about to end.

Whoever holds something that a forked child must not share, or that must not be lost at the end,
says so here, when it is made. There is no other place that hears of these moments.
"""

from __future__ import annotations

import atexit
import gc
import os
import secrets
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

Step = Callable[[], object]

_in_child: list[Step] = []
_at_end: list[Step] = []


def on_fork(start_anew: Step) -> None:
    """Call ``start_anew`` in every forked child, before anything else runs there.

    A child has none of its parent's threads, and no right to its connections, leases and queues.
    """
    _in_child.append(start_anew)


def on_exit(finish: Step) -> None:
    """Call ``finish`` when the process ends in order; what was named last is finished first."""
    _at_end.append(finish)


def new_owner() -> str:
    """A name for a lease: host and process for people, a random part for uniqueness."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"


def _begin_child() -> None:
    for start_anew in _in_child:
        start_anew()


def _end() -> None:
    for finish in reversed(_at_end):
        try:
            finish()
        except Exception:  # the edge of the process: the others have to end too
            log.exception("process_end_incomplete", step=getattr(finish, "__qualname__", "?"))


os.register_at_fork(after_in_child=_begin_child)
# Registered first, called last: what is left now goes with the process; to look through it once
# more took a third of the time of a short command.
atexit.register(gc.freeze)
atexit.register(_end)
