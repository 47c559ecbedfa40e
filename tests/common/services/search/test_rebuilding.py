"""What somebody who has the search index made anew is told meanwhile."""

from __future__ import annotations

from common.search import Kind, documents
from common.services.search import rebuilding
from tests.factories import ArticleFactory


def test_the_number_of_articles_grows_up_to_their_total(runtime, monkeypatch):
    monkeypatch.setattr(documents, "CHUNK", 2)
    for _ in range(5):
        ArticleFactory(published=True)
    ArticleFactory()
    told: list[tuple[Kind, int, int]] = []

    rebuilding.rebuild(progress=lambda *said: told.append(said))

    totals = {Kind.PUBLIC: 5, Kind.OWN: 6}
    assert told == [(kind, done, totals[kind]) for kind in Kind for done in (0, 2, 4, totals[kind])]
