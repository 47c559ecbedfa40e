"""The lines of a content file, which know where they are when something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn


class ContentError(Exception):
    """A content file breaks its format; the text starts with ``<file>:<line>:``."""


class Lines:
    """The lines of one file, or of a part of it."""

    def __init__(self, path: Path, lines: list[str], first: int = 1) -> None:
        self.path = path
        self.lines = lines
        self.first = first

    def fail(self, reason: str, index: int = 0) -> NoReturn:
        """Give the file up because of the line at ``index``."""
        raise ContentError(f"{self.path.name}:{self.first + index}: {reason}")

    def part(self, start: int, stop: int) -> Lines:
        """The lines from ``start`` to before ``stop``."""
        return Lines(self.path, self.lines[start:stop], self.first + start)

    def sections(self) -> list[Lines]:
        """The parts that begin with ``# title``, code fences respected."""
        starts = [
            index
            for index, line in enumerate(self.lines)
            if line.startswith("# ") and not self._is_code[index]
        ]
        for index, line in enumerate(self.lines[: starts[0] if starts else None]):
            if line.strip():
                self.fail("text before the first title", index)
        return [
            self.part(start, stop)
            for start, stop in zip(starts, [*starts[1:], len(self.lines)], strict=True)
        ]

    @property
    def _is_code(self) -> list[bool]:
        flags, inside = [], False
        for line in self.lines:
            is_fence = line.startswith("```")
            flags.append(inside or is_fence)
            inside ^= is_fence
        if inside:
            self.fail("a code fence is not closed", len(self.lines) - 1)
        return flags


def open_lines(path: Path) -> Lines:
    """All lines of a file.

    :raises ContentError: it is not UTF-8
    """
    try:
        return Lines(path, path.read_text(encoding="utf-8").splitlines())
    except UnicodeDecodeError as error:
        raise ContentError(f"{path.name}:1: not UTF-8") from error
