"""Hits in an order that is the same for every engine."""

from __future__ import annotations

from typing import NamedTuple

from common.search.ordering import page

EQUALS = 5000


class Hit(NamedTuple):
    article_id: int
    score: float


def fetching():
    """Equal hits by id, newest first, and how many were asked for each time."""
    asked: list[int] = []
    hits = [Hit(id_, 1.0) for id_ in range(EQUALS, 0, -1)]

    def fetch(first, count):
        asked.append(count)
        return hits[first : first + count]

    return fetch, asked


def test_of_very_many_equals_no_more_are_looked_at_than_wanted():
    fetch, asked = fetching()

    found = page(fetch, 0, 10, most_spare=64)

    assert [hit.article_id for hit in found] == list(range(EQUALS, EQUALS - 10, -1))
    assert asked == [26, 74]


def test_otherwise_all_equals_are_looked_at():
    fetch, asked = fetching()

    page(fetch, 0, 10)

    assert asked[-1] > EQUALS
