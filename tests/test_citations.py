"""What the sources and pages refer to is there: pages, sections, decisions, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources.citations import (
    DOCS,
    ROOT,
    citations,
    decisions,
    homeless_sections,
    is_dead,
    is_undecided,
)

TREES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts", "tests")
SOURCES = [
    path
    for tree in TREES
    for path in sorted((ROOT / tree).rglob("*"))
    if path.suffix in {".py", ".lua", ".sh", ".sql", ""} and path.is_file()
]
PAGES = [*ROOT.glob("*.md"), *sorted(DOCS.rglob("*.md"))]
# Pages that describe what is to come beside what stands.
DESIGNS = {DOCS / "design.md", DOCS / "style.md", *DOCS.glob("contract/*.md")}
GUIDES = [page for page in PAGES if page not in DESIGNS]
COMMON = ROOT / "common"
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
ROOMS = ("services", "cache", "search", "models", "extensions", "schemas", "utils", "settings")
# A file or folder of ours, also as seen from common/; what holds a ``<noun>`` is none.
PATH = re.compile(rf"`((?:{'|'.join((*TREES, 'docs', '.ci', *ROOMS))})/[\w./*-]*)`")


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        yield _named(path), path.read_text(encoding="utf-8")


def test_every_cited_page_has_the_cited_section():
    cited = [(path, one) for path, text in _texts([*SOURCES, *PAGES]) for one in citations(text)]

    assert len(cited) > 300
    assert [(path, one) for path, one in cited if is_dead(one)] == []


def test_every_section_sign_stands_behind_a_page():
    found = {path: homeless_sections(text) for path, text in _texts(SOURCES)}

    assert {path: signs for path, signs in found.items() if signs} == {}


def test_every_cited_decision_was_taken():
    cited = [(path, one) for path, text in _texts([*SOURCES, *PAGES]) for one in decisions(text)]

    assert cited
    assert [(path, one) for path, one in cited if is_undecided(one)] == []


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in DOCS.glob("adr/*.md")]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", PAGES, ids=_named)
def test_every_link_leads_somewhere(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", GUIDES, ids=_named)
def test_every_file_that_a_guide_names_exists(page):
    paths = PATH.findall(page.read_text(encoding="utf-8"))

    lost = [path for path in paths if not any([*ROOT.glob(path), *COMMON.glob(path)])]
    assert lost == []
