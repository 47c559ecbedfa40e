"""Log lines as JSON from what knows nothing of our log: web's server before it has loaded the
application (scripts/deploy/granian.json), and programs that print as they like."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


def as_json(event: str, *, logger: str, level: str) -> str:
    """One line in the form of all others."""
    now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    fields = {"event": event, "logger": logger, "level": level, "timestamp": now}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


class JsonFormatter(logging.Formatter):
    """Renders records like that; a traceback becomes part of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        text = super().format(record)
        return as_json(text, logger=record.name, level=record.levelname.lower())
