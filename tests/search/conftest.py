"""Every engine behind one interface: each test here runs against each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from common.search import SearchEngine
from common.search.embedded import EmbeddedEngine
from common.search.interface import Document, Kind, Query
from common.utils.parameters.phrases import Phrase

SOME_DAY = datetime.fromisoformat("2026-01-01")
ENGINES = {"embedded": EmbeddedEngine}


@pytest.fixture(params=ENGINES)
def engine(request, tmp_path) -> Iterator[SearchEngine]:
    """An engine with two empty indexes."""
    made = ENGINES[request.param](tmp_path / "search")
    for kind in Kind:
        with made.rebuild(kind) as fresh:
            fresh.switch(lambda: None)
    yield made
    made.close()


@pytest.fixture
def put(engine) -> Callable[..., list[int]]:
    """``put("标题", …)``: index articles with these titles; their ids, growing."""
    used = iter(range(1, 1_000_000))

    def put(*titles: str, own: bool = False, **values) -> list[int]:
        made = [document(next(used), title, **values) for title in titles]
        (engine.index_own if own else engine.index)(made)
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
