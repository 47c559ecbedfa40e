"""Log handlers that go on where a line finds no room, or no reader: it is counted and dropped."""

from __future__ import annotations

import logging
import sys
from typing import Final

from common.utils.observing.figures import Counter

DROPPED: Final = Counter(
    "toutiao_log_lines_dropped", "Log lines that found no room on their disk, or no reader."
)


class LossyHandler(logging.Handler):
    """To be mixed in: ``logging`` itself would print a traceback for every such line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Count what could not be written; what is wrong with a record is printed as usual."""
        if isinstance(sys.exception(), OSError):
            DROPPED.inc()
        else:
            super().handleError(record)
