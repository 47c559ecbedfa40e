"""Where the calling code stands: inside a transaction, or in need of the newest rows."""

from __future__ import annotations

from contextvars import ContextVar

depth: ContextVar[int] = ContextVar("transaction_depth", default=0)
primary_only: ContextVar[int] = ContextVar("primary_only", default=0)


def in_transaction() -> bool:
    """Whether the calling code runs inside :func:`common.extensions.db.transaction`."""
    return bool(depth.get())


def must_be_newest() -> bool:
    """Whether a replica, which may lag, must not answer."""
    return bool(depth.get() or primary_only.get())
