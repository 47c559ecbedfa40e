"""What two rows have in common."""

from __future__ import annotations

import itertools
import random

import pytest

from common.utils.text.matching import FREE_STEPS, STEPS_PER_THING, Budget, common_runs


def kept(left, right):
    """The things that both sides keep, by either side."""
    runs = common_runs(left, right)
    return (
        [thing for run in runs for thing in left[run.left : run.left + run.length]],
        [thing for run in runs for thing in right[run.right : run.right + run.length]],
    )


def longest_common(left, right):
    """The length of the longest common row, by the book."""
    row = [0] * (len(right) + 1)
    for thing in left:
        diagonal = 0
        for index, other in enumerate(right, 1):
            above = row[index]
            row[index] = diagonal + 1 if thing == other else max(above, row[index - 1])
            diagonal = above
    return row[-1]


@pytest.mark.parametrize("seed", range(200))
def test_runs_ascend_on_both_sides_and_hold_equal_things(seed):
    chance = random.Random(seed)
    left = [chance.randrange(8) for _ in range(chance.randrange(60))]
    right = [chance.randrange(8) for _ in range(chance.randrange(60))]

    runs = common_runs(left, right)

    mine, theirs = kept(left, right)
    assert mine == theirs
    assert all(a.left + a.length <= b.left for a, b in itertools.pairwise(runs))
    assert all(a.right + a.length <= b.right for a, b in itertools.pairwise(runs))


@pytest.mark.parametrize("seed", range(100))
def test_without_anchors_the_way_is_the_shortest(seed):
    chance = random.Random(seed)
    left = [chance.randrange(3) for _ in range(2, 40)] * 2
    right = [chance.randrange(3) for _ in range(2, 40)] * 2

    mine, _ = kept(left, right)

    assert len(mine) == longest_common(left, right)


def test_a_moved_thing_is_an_anchor_at_one_place_only():
    left = list("abcdefgh")
    right = list("hbcdefga")

    assert kept(left, right)[0] == list("bcdefg")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([0] * 50_000, [0, 1] * 25_000),
        ([index % 7 for index in range(40_000)], [index * index % 7 for index in range(40_000)]),
        (list(range(30_000)), list(range(30_000, 0, -1))),
    ],
)
def test_the_work_is_linear_in_the_length_however_hard_the_rows_are(left, right):
    budget = Budget(len(left) + len(right))
    granted = budget.left

    common_runs(left, right, budget)

    assert granted == FREE_STEPS + STEPS_PER_THING * (len(left) + len(right))
    spent = granted - budget.left
    # What did not fit was not begun: at most one way through all of it is above the budget.
    assert spent <= granted + len(left) + len(right)


def test_what_is_equal_at_the_ends_costs_one_look():
    text = list(range(100_000))
    budget = Budget(len(text))
    granted = budget.left

    runs = common_runs(text, [*text, "new"], budget)

    assert [(run.left, run.right, run.length) for run in runs] == [(0, 0, 100_000)]
    assert granted - budget.left == 2 * len(text) + 1
