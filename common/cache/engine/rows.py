"""Turning rows into values, however damaged one of them is (contract/faults.md 78)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import structlog
from pydantic import ValidationError

from common.utils.observing.figures import Counter

log = structlog.get_logger(__name__)

V = TypeVar("V")

UNREADABLE: Final = Counter(
    "cache_rows_unreadable_total", "Rows left out because they hold what the model forbids", ["of"]
)


def readable(of: str, rows: Iterable[Any], build: Callable[[Any], V]) -> dict[int, V]:
    """Values by id, the first column; a row that cannot be one is left out, and its id logged.

    :param of: what the rows are, in logs and metrics
    """
    values: dict[int, V] = {}
    for row in rows:
        id_ = row[0]
        try:
            values[id_] = build(row)
        except (ValidationError, AttributeError, TypeError, ValueError) as error:
            UNREADABLE.labels(of).inc()
            log.warning("row_unreadable", of=of, id=id_, error=type(error).__name__)
    return values
