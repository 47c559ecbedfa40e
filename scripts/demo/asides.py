"""What anybody could say below an article of some channel, and what the author answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scripts.demo.lines import Lines, open_lines
from scripts.demo.remark import ANYBODY, Remark

_EVERYWHERE: Final = "所有频道"


@dataclass(frozen=True)
class Asides:
    """Said everywhere if there are no ``slugs``, else in these channels."""

    slugs: frozenset[str]
    threads: tuple[Remark, ...]


def read(path: Path) -> tuple[Asides, ...]:
    """The asides of a file.

    :raises ContentError: it breaks the format
    """
    return tuple(_read_part(part) for part in open_lines(path).sections())


def _read_part(part: Lines) -> Asides:
    title = part.lines[0].removeprefix("# ").strip()
    threads: list[Remark] = []
    for index, line in enumerate(part.lines[1:], 1):
        mark, _, text = line.partition(" ")
        if mark == ">" and text:
            threads.append(Remark(ANYBODY, text))
        elif mark == ">>" and text and threads:
            threads[-1] = replace(threads[-1], replies=(Remark(ANYBODY, text),))
        elif line.strip():
            part.fail("an aside is '> <text>', the author's answer begins with '>>'", index)
    slugs = () if title == _EVERYWHERE else title.split()
    return Asides(frozenset(slugs), tuple(threads))
