"""What somebody who has the search index made anew is told meanwhile."""

from __future__ import annotations

import pytest

from common import search
from common.errors import Conflict
from common.search import Kind, documents
from common.search.embedded import EmbeddedEngine
from common.search.embedded.rebuilding import EmbeddedRebuild
from common.search.interface import DocumentsRefused
from common.services.search import comparing, rebuilding
from tests.factories import ArticleFactory


@pytest.fixture
def refuse(monkeypatch):
    """``refuse(7)``: the engine never takes this article, and takes all others."""

    def refuse(*article_ids):
        for owner, name in (
            (EmbeddedEngine, "index"),
            (EmbeddedRebuild, "add"),
            (EmbeddedRebuild, "apply"),
        ):
            monkeypatch.setattr(owner, name, picky(getattr(owner, name), article_ids))

    return refuse


def picky(take, article_ids):
    def taken(engine, given, *rest):
        take(engine, [each for each in given if each.article_id not in article_ids], *rest)
        refused = [each.article_id for each in given if each.article_id in article_ids]
        if refused:
            raise DocumentsRefused(refused)

    return taken


def stored(kind):
    return {each.article_id for each in search.engine().stored(kind, after=0, upto=None)}


def test_the_number_of_articles_grows_up_to_their_total(runtime, monkeypatch):
    monkeypatch.setattr(documents, "CHUNK", 2)
    for _ in range(5):
        ArticleFactory(published=True)
    ArticleFactory()
    told: list[tuple[Kind, int, int]] = []

    rebuilding.rebuild(progress=lambda *said: told.append(said))

    totals = {Kind.PUBLIC: 5, Kind.OWN: 6}
    assert told == [(kind, done, totals[kind]) for kind in Kind for done in (0, 2, 4, totals[kind])]


def test_a_document_that_is_refused_is_named_and_all_others_are_there(runtime, refuse):
    bad, *good = (ArticleFactory(published=True).article_id for _ in range(3))
    refuse(bad)

    outcome = rebuilding.rebuild(kinds=[Kind.PUBLIC])

    assert stored(Kind.PUBLIC) == set(good)
    assert outcome.lines == ("articles: 2 articles", f"articles: 1 articles refused: {bad}")


def test_a_document_that_is_refused_does_not_stop_a_comparison(runtime, refuse):
    rebuilding.rebuild()
    bad, *good = (ArticleFactory(published=True).article_id for _ in range(3))
    refuse(bad)

    outcome = comparing.compare()

    assert stored(Kind.PUBLIC) == stored(Kind.OWN) == set(good)
    assert f"articles: 1 articles refused: {bad}" in outcome.lines
    assert comparing.compare().rows_changed == 2  # it, in either index


def test_who_refuses_most_documents_has_no_index(runtime, refuse):
    ids = [ArticleFactory(published=True).article_id for _ in range(3)]
    rebuilding.rebuild(kinds=[Kind.PUBLIC])
    refuse(*ids[:2])

    with pytest.raises(Conflict):
        rebuilding.rebuild(kinds=[Kind.PUBLIC])

    assert stored(Kind.PUBLIC) == set(ids)  # as before
