"""Every engine behind one interface: here the embedded one.

tests/topology/test_search_elasticsearch.py runs the same tests on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from common.search import SearchEngine
from common.search.embedded import EmbeddedEngine
from common.search.interface import Document, Kind, Query
from common.utils.parameters.phrases import Phrase
from tests.support.harness.engines import be_patient

SOME_DAY = datetime.fromisoformat("2026-01-01")


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are waited for; ``monkeypatch.undo()`` where it is the matter how long."""
    be_patient(monkeypatch)


@pytest.fixture
def engine(tmp_path) -> Iterator[SearchEngine]:
    """An engine with two empty indexes."""
    with emptied(EmbeddedEngine(tmp_path / "search")) as made:
        yield made


@pytest.fixture
def indexes(tmp_path) -> Callable[[], list[str]]:
    """``indexes()``: the names of all that the engine keeps."""
    return lambda: sorted(each.name for each in (tmp_path / "search").iterdir())


@contextmanager
def emptied(engine: SearchEngine) -> Iterator[SearchEngine]:
    """It, with two empty indexes."""
    for kind in Kind:
        with engine.rebuild(kind) as fresh:
            fresh.switch(lambda: None)
    yield engine
    engine.close()


@pytest.fixture
def put(engine) -> Callable[..., list[int]]:
    """``put("标题", …)``: index articles with these titles; their ids, growing."""
    used = iter(range(1, 1_000_000))

    def put(*titles: str, own: bool = False, **values) -> list[int]:
        made = [document(next(used), title, **values) for title in titles]
        engine.index(made, Kind.OWN if own else Kind.PUBLIC)
        return [each.article_id for each in made]

    return put


@pytest.fixture
def find(engine) -> Callable[..., list[int]]:
    """``find("词")``: ids of the hits, best first."""

    def find(phrase: str, *, first: int = 0, count: int = 10, **conditions) -> list[int]:
        query = Query(Phrase.of(phrase), **conditions)
        return list(engine.search(query, first=first, count=count).article_ids)

    return find


def document(
    article_id: int,
    title: str,
    content: str = "",
    *,
    version: int = 1,
    author_id: int = 1,
    channel_id: int = 1,
    published_at: datetime | None = None,
    readings: int = 0,
) -> Document:
    """An article as an engine gets it; a second younger than the one with the id before."""
    return Document(
        article_id=article_id,
        author_id=author_id,
        channel_id=channel_id,
        title=title,
        content=content,
        published_at=published_at or SOME_DAY + timedelta(seconds=article_id),
        version=version,
        readings=readings,
    )
