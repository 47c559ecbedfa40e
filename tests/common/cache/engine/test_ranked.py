"""Ordered lists: every page is what the whole list says, though only its start is cached."""

from __future__ import annotations

import pytest

from common.cache.engine.ranked import KEPT, TAIL_KEPT, Slice
from tests.support.harness.cached import TARGETS, Cached, all_following, person

LENGTH = 2500
PAGE_SIZES = (1, 7, 50, 999, 1000, 1001, 2499, 2500, 2501)


@pytest.fixture
def everything(long_list):
    return all_following(long_list)


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_pages_by_index_put_together_are_the_whole_list(cached, long_list, everything, size):
    firsts = _some(range(0, LENGTH, size))

    pages = {first: cached.following.page(long_list, first=first, limit=size) for first in firsts}

    assert {first: list(page.ids) for first, page in pages.items()} == {
        first: everything[first : first + size] for first in firsts
    }
    assert {(page.total, page.last_id) for page in pages.values()} == {(LENGTH, everything[-1])}


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_pages_by_cursor_put_together_are_the_whole_list(cached, long_list, everything, size):
    indexes = [0, *(first for first in _some(range(0, LENGTH, size)) if first)]

    pages = {
        index: cached.following.after(
            long_list, cursor=everything[index - 1] if index else None, limit=size
        )
        for index in indexes
    }

    assert {index: list(page.ids) for index, page in pages.items()} == {
        index: everything[index : index + size] for index in indexes
    }
    assert {(page.total, page.last_id) for page in pages.values()} == {(LENGTH, everything[-1])}


def _some(firsts: range) -> list[int]:
    """All first indexes, or with very small pages those around the ends and the cached part."""
    if len(firsts) < 100:
        return list(firsts)
    return [
        first
        for first in firsts
        if first < 20 or abs(first - KEPT) < 20 or first > LENGTH - 20 or first % 97 == 0
    ]


def test_walking_by_cursor_ends_after_the_last_id(cached, long_list, everything):
    walked: list[int] = []
    cursor = None

    while page := cached.following.after(long_list, cursor=cursor, limit=300).ids:
        walked += page
        cursor = page[-1]

    assert walked == everything


def test_a_page_that_was_just_loaded_equals_the_cached_one(ledger, long_list):
    requests = [(0, 10), (995, 10), (1000, 10), (2495, 10), (2500, 10), (9999, 10)]

    cold = []
    for first, limit in requests:
        fresh = Cached(ledger)
        fresh.following.invalidate(long_list)
        cold.append(fresh.following.page(long_list, first=first, limit=limit))
    warm = [fresh.following.page(long_list, first=first, limit=limit) for first, limit in requests]

    assert cold == warm


@pytest.mark.parametrize("cursor", [1_500_000, -1, 0, 2**70])
def test_an_unknown_cursor_is_answered_by_sql(cached, long_list, everything, cursor):
    cursor = min(cursor, 2**63 - 1)
    cached.following.page(long_list, first=0, limit=1)

    answer = cached.following.after(long_list, cursor=cursor, limit=5)

    expected = [id_ for id_ in everything if id_ < cursor][:5]
    assert list(answer.ids) == expected
    assert (answer.total, answer.last_id) == (LENGTH, everything[-1])


def test_a_negative_index_is_the_first_page(cached):
    person(7)
    cached.following.page(7, first=0, limit=2)

    answer = cached.following.page(7, first=-5, limit=2)

    assert answer == Slice((13, 12), len(TARGETS), 11)


def test_an_empty_list_is_remembered(cached, cost, redis):
    first = cached.following.page(404, first=0, limit=10)

    with cost() as spent:
        second = cached.following.page(404, first=0, limit=10)
        third = cached.following.after(404, cursor=None, limit=10)

    assert first == second == third == Slice((), 0, None)
    assert (spent.sql, spent.stages) == (0, 2)
    assert redis.zrange("test:404:following", 0, -1, withscores=True) == [(b"-1", -1.0)]


def test_a_short_list_is_cached_whole_and_needs_no_sql(cached, cost):
    person(7)
    cached.following.page(7, first=0, limit=10)

    with cost() as spent:
        pages = [cached.following.page(7, first=first, limit=2).ids for first in range(4)]

    assert pages == [(13, 12), (12, 11), (11,), ()]
    assert spent.sql == 0


def test_pages_within_the_last_ids_need_no_sql(cached, long_list, everything, cost):
    cached.following.page(long_list, first=0, limit=1)

    with cost() as spent:
        last = cached.following.page(long_list, first=LENGTH - 7, limit=20)
        middle = cached.following.page(long_list, first=LENGTH - TAIL_KEPT, limit=50)
        behind = cached.following.after(long_list, cursor=everything[-4], limit=20)

    assert last.ids == tuple(everything[-7:])
    assert middle.ids == tuple(everything[-TAIL_KEPT:][:50])
    assert behind.ids == tuple(everything[-3:])
    assert spent.sql == 0


def test_only_the_newest_thousand_and_the_last_ids_are_kept(cached, long_list, redis):
    cached.following.page(long_list, first=0, limit=1)

    members = redis.zrange(f"test:{long_list}:following", 0, -1, withscores=True)

    assert members[0] == (b"-1", -LENGTH - 1.0)
    assert members[1] == (b"2500", 0.0)
    assert members[-1] == (b"1", LENGTH - 1.0)
    assert len(members) == 1 + KEPT + TAIL_KEPT
    assert members[1 + KEPT] == (str(TAIL_KEPT).encode(), float(LENGTH - TAIL_KEPT))
