"""Whoever comes late does not win: versions of documents and of removals (additions.md 6.1)."""

from __future__ import annotations

from common.search.interface import Kind
from tests.search.conftest import document


def test_an_older_document_does_not_replace_a_newer_one(engine, find):
    engine.index([document(1, "新的标题", version=7)])

    engine.index([document(1, "旧的标题", version=6)])

    assert find("新的") == [1]
    assert find("旧的") == []


def test_the_same_version_may_come_twice(engine, find):
    for _ in range(2):
        engine.index([document(1, "夜跑", version=7)])

    assert find("夜跑") == [1]
    assert len(list(engine.stored(Kind.PUBLIC, after=0, upto=None))) == 1


def test_a_removed_article_is_not_brought_back_by_who_comes_late(engine, find):
    engine.index([document(1, "夜跑", version=5), document(2, "夜跑", version=5)])

    engine.delete({1: 8, 3: 8})
    engine.index([document(1, "夜跑", version=7), document(3, "夜跑", version=7)])

    assert find("夜跑") == [2]


def test_an_older_removal_does_not_remove_a_newer_document(engine, find):
    engine.index([document(1, "夜跑", version=9)])

    engine.delete({1: 8})

    assert find("夜跑") == [1]


def test_who_is_published_again_comes_back(engine, find):
    engine.index([document(1, "夜跑", version=5)])
    engine.delete({1: 8})

    engine.index([document(1, "夜跑", version=9)])

    assert find("夜跑") == [1]


def test_what_is_removed_while_an_index_is_made_stays_removed(engine, find):
    engine.index([document(1, "夜跑", version=5)])
    engine.delete({1: 8})

    with engine.rebuild(Kind.PUBLIC) as fresh:
        fresh.add([document(2, "夜跑", version=0)])
        fresh.switch(lambda: None)
    engine.index([document(1, "夜跑", version=7)])

    assert find("夜跑") == [2]


def test_what_is_removed_from_the_old_index_only_is_removed_from_the_new_one(engine, find):
    engine.index([document(1, "夜跑", version=5), document(2, "夜跑", version=5)])
    engine.delete({2: 6})
    engine.index([document(2, "夜跑", version=7)])

    with engine.rebuild(Kind.PUBLIC) as fresh:
        fresh.add([document(1, "夜跑", version=0), document(2, "夜跑", version=0)])
        engine.delete({1: 8})
        fresh.switch(lambda: None)
    engine.index([document(1, "夜跑", version=7)])

    assert find("夜跑") == [2]


def test_removals_are_remembered_by_version(engine):
    before = engine.removed(Kind.PUBLIC)

    engine.delete({1: 8, 2: 9})

    assert (before, engine.removed(Kind.PUBLIC)) == ({}, {1: 8, 2: 9})
    assert engine.removed(Kind.OWN) == {}


def test_what_is_there_in_spite_of_its_removal_is_in_a_new_index(engine, find):
    engine.index([document(1, "夜跑", version=5)])
    engine.delete({1: 8})

    with engine.rebuild(Kind.PUBLIC) as fresh:
        fresh.add([document(1, "夜跑", version=0)])
        fresh.apply([document(1, "夜跑", version=8)], {})
        fresh.switch(lambda: None)

    assert find("夜跑") == [1]


def test_the_two_indexes_know_nothing_of_each_other(engine, find):
    engine.index([document(1, "夜跑")])
    engine.index([document(1, "夜跑")], Kind.OWN)

    engine.delete({1: 2}, Kind.OWN)

    assert find("夜跑") == [1]
    assert find("夜跑", owner_id=1) == []
