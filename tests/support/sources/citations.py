"""What the sources cite: pages of the contract by section or row, decisions by number.

A page's name with a section sign or ``row`` behind it, as in user-app.md §1.2 or security.md rows
1-11; the style guide §8; ADR 0004. Without a sign a number stands for either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
# Where two pages have one name (settings), the numbers are those of the contract.
PAGES = {path.stem: path for path in (*DOCS.glob("*.md"), *DOCS.glob("contract/*.md"))}

_NUMBER = r"\d+b?(?:\.\d+)?"
_PLACE = rf"(?:§|rows? )?{_NUMBER}"
_CITATION = re.compile(
    rf"(?:(?<![\w./}}\"-])(?:docs/)?(?:contract/)?(?P<page>[a-z-]+)\.md|(?P<style>style guide))"
    rf"(?:`?[:,]? (?P<places>{_PLACE}(?:(?:,\s+|\s+and\s+| to |[-–]){_PLACE})*))?"
)
_DECISION = re.compile(r"\bADR (\d{4})\b|\badr/(\d{4}[\w-]*)\.md")
_SECTION_SIGN = re.compile(rf"§{_NUMBER}")


class Citation(NamedTuple):
    page: str  # without ``.md``
    places: tuple[str, ...]  # "3", "7b", "1.10"; empty: the whole page


def citations(text: str) -> Iterator[Citation]:
    """Every page that the text cites, with the places in it."""
    for found in _CITATION.finditer(text):
        page = found["page"] or "style"
        yield Citation(page, tuple(re.findall(_NUMBER, found["places"] or "")))


def decisions(text: str) -> Iterator[str]:
    """``0004``, or ``0004-tracked-copies``, for every decision that the text names."""
    yield from (number or name for number, name in _DECISION.findall(text))


def homeless_sections(text: str) -> list[str]:
    """Section signs that stand behind no page, nor behind an RFC."""
    rest = re.sub(rf"RFC \d+ §{_NUMBER}", "", _CITATION.sub("", text))
    return _SECTION_SIGN.findall(rest)


def is_dead(citation: Citation) -> bool:
    """Whether there is no such page, or the page has no such section, item or row."""
    page = PAGES.get(citation.page)
    return page is None or not set(citation.places) <= _places(page)


def is_undecided(decision: str) -> bool:
    return not any(DOCS.glob(f"adr/{decision}*.md"))


@cache
def _places(page: Path) -> set[str]:
    """The numbers of a page's sections, of the items below them, and of its tables' rows."""
    places: set[str] = set()
    section = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ (\d+b?(?:\.\d+)?)\.? ", line):
            section = heading[1]
            places.add(section)
        elif item := re.match(r"(\d+)\. ", line):
            places.add(f"{section}.{item[1]}")
        elif row := re.match(r"\| (\d+) \|", line):
            places.add(row[1])
    return places
