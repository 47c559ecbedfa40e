"""A new index beside the one that is searched (search.md §3, sync)."""

from __future__ import annotations

import threading

import pytest

from common.errors import Conflict, DependencyUnavailable
from common.search.analysis import synonyms
from common.search.interface import Kind, Query
from common.utils.parameters.phrases import Phrase
from tests.search.conftest import document

NIGHT_RUN = Query(Phrase.of("夜跑"))


def test_nobody_finds_nothing_while_an_index_is_made_again_and_again(engine):
    engine.index([document(id_, "夜跑") for id_ in range(1, 51)])
    totals, ended = set(), threading.Event()

    def ask():
        while not ended.is_set():
            totals.add(engine.search(NIGHT_RUN, first=0, count=10).total)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for _ in range(5):
        with engine.rebuild(Kind.PUBLIC) as made:
            made.add([document(id_, "夜跑", version=0) for id_ in range(1, 51)])
            made.switch(lambda: None)
    ended.set()
    for asker in askers:
        asker.join()

    assert totals == {50}


def test_what_changes_meanwhile_is_brought_by_the_last_step(engine, find):
    engine.index([document(1, "夜跑"), document(2, "夜跑")])

    with engine.rebuild(Kind.PUBLIC) as made:
        made.add([document(1, "夜跑", version=0), document(2, "夜跑", version=0)])
        assert made.count() == 2
        made.switch(lambda: made.apply([document(3, "夜跑", version=9)], {1: 8}))

    assert find("夜跑") == [3, 2]


def test_an_index_that_is_not_finished_is_thrown_away(engine, find, indexes):
    engine.index([document(1, "夜跑")])
    before = indexes()

    def make():
        with engine.rebuild(Kind.PUBLIC) as made:
            made.add([document(2, "夜跑")])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        make()

    assert find("夜跑") == [1]
    assert indexes() == before


def test_only_one_makes_an_index_at_a_time(engine):
    with engine.rebuild(Kind.PUBLIC), pytest.raises(Conflict):
        engine.rebuild(Kind.PUBLIC).__enter__()


def test_an_index_of_another_analyser_is_not_searched(engine, find, tmp_path):
    engine.index([document(1, "夜跑")])
    own = tmp_path / "synonyms.txt"
    own.write_text("夜跑 晚跑\n")

    synonyms.load(own)
    try:
        assert not engine.is_ready(Kind.PUBLIC)
        with pytest.raises(DependencyUnavailable):
            find("夜跑")
        with pytest.raises(DependencyUnavailable):
            engine.suggest(Phrase.of("夜"), count=10)
    finally:
        synonyms.load()

    assert find("夜跑") == [1]
