"""A relay that is stopped between reading an article and bringing it to the search index.

``python -m tests.support.processes.index_relay``, settings from the environment; it says
``reading`` before it stops, and ``done`` after somebody let it go on.
"""

from __future__ import annotations

import os
import signal

from common.search import documents
from common.services import binding
from common.services.outbox.projections import search_index
from common.services.outbox.relay import Relay
from common.settings import load


def main() -> None:
    """Deliver what is due of ``search.index``, with a rest in the middle."""
    binding.bind(load())
    read = documents.changes

    def slowly(*arguments, **options):
        found = read(*arguments, **options)
        print("reading", flush=True)  # noqa: T201 - for who waits
        os.kill(os.getpid(), signal.SIGSTOP)
        return found

    documents.changes = slowly
    Relay({search_index.INDEX.topic: search_index.INDEX}).run_once()
    binding.unbind()
    print("done", flush=True)  # noqa: T201 - for who waits


if __name__ == "__main__":
    main()
