"""The outbox: whatever must happen outside SQL is a row of the transaction that causes it.

`add(event)`, or `add_all(events)`, asks every projection what follows and writes that down; a part
is tried right after the commit, all of it is guaranteed by the relay. contract/jobs.md §3,
contract/data-model.md.
"""

from common.services.outbox.adding import add, add_all

__all__ = ["add", "add_all"]
