"""String keys of a stage: asked for together, read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from common.errors import DependencyUnavailable
from common.extensions.redis import Batch

Positions = int | list[int]  # of the reply that has all of them, or of those that have one each


def want(batch: Batch, keys: Sequence[str]) -> Positions:
    """Queue their reads: one MGET on a single server, a GET per key on a cluster."""
    if batch.edge.is_cluster:
        return [batch.add("GET", key) for key in keys]
    return batch.add("MGET", *keys)


def read(batch: Batch, positions: Positions, count: int) -> list[Any]:
    """The texts in the order of keys; None where there is none, or something else.

    :param count: of the keys
    """
    if isinstance(positions, list):
        return [_reply(batch, position) for position in positions]
    replies = _reply(batch, positions)
    return replies if isinstance(replies, list) else [None] * count


def _reply(batch: Batch, position: int) -> Any:
    try:
        reply = batch.reply(position)
    except DependencyUnavailable:
        return None
    return None if isinstance(reply, Exception) else reply
