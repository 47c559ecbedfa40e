"""Talking to people who may have left: what nobody reads any more is dropped, and work goes on."""

from __future__ import annotations

import sys
from typing import Any, TextIO


class _Patient:
    """A text stream that goes on as if nothing were wrong when its reader is gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write what somebody still reads."""
        try:
            return self._stream.write(text)
        except OSError:  # a broken pipe, a terminal that was closed
            return len(text)

    def flush(self) -> None:
        """Likewise."""
        try:
            self._stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def outlive_readers() -> None:
    """A closed terminal, or ``scripts/run | head``, no longer ends this process."""
    sys.stderr = _Patient(sys.stderr)
