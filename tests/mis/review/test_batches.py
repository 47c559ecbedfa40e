"""Ten thousand decisions in one call, and reviewers who race (admin.md §2.37, additions.md §3)."""

from __future__ import annotations

import resource
from typing import Any

from common.services.audit.verifying import verify
from common.utils.constants import ArticleStatus as S
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import operations
from tests.support.scenarios.reviewing import (
    ARTICLES,
    crowd,
    decided,
    history_of,
    put,
    statuses,
    undone,
)

MANY = 10_000
STATEMENTS_PER_THOUSAND = 25
MEMORY_MB = 150
RACED = 2000
AT_A_TIME = 100


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_ten_thousand_decisions_and_their_undoing_are_few_statements_and_little_memory(admin, cost):
    ids = crowd(MANY)
    decided(admin, ids[0], status=3)  # whatever a first decision imports
    before = _peak_mb()

    with cost() as spent:
        batch_id = decided(admin, *ids[1:])["batch_id"]
    with cost() as taken_back:
        assert undone(admin, batch_id) == MANY - 1

    bound = STATEMENTS_PER_THOUSAND * MANY // 1000
    assert spent.sql <= bound
    assert taken_back.sql <= bound
    assert _peak_mb() - before <= MEMORY_MB
    assert statuses(ids) == {S.PENDING: MANY - 1, S.REJECTED: 1}
    verdict = verify()
    assert (verdict.checked, verdict.broken_at) == (2 * MANY - 1, None)


def test_two_reviewers_who_race_decide_nothing_twice_and_leave_nothing(admin, colleague):
    """Both send everything, a hundred at a time, in opposite orders; what is refused they send
    one by one."""
    ids = crowd(RACED)
    pieces = [ids[first : first + AT_A_TIME] for first in range(0, RACED, AT_A_TIME)]

    def race(client: Any, status: int, order: Any) -> int:
        count = 0
        for piece in order:
            answer = put(client, *piece, status=status)
            count += answer.json["data"]["count"] if answer.status_code == 201 else 0
        return count

    first, second = at_once(
        lambda: race(admin, 2, pieces), lambda: race(colleague, 3, pieces[::-1])
    )

    assert first + second == RACED
    assert statuses(ids) == {S.APPROVED: first, S.REJECTED: second}
    assert sorted(each.target for each in operations()) == sorted(f"article:{id_}" for id_ in ids)
    assert verify().broken_at is None


def test_claims_keep_two_reviewers_apart(admin, colleague):
    ids = crowd(40)

    def work(client: Any) -> int:
        """Claim the next ones, decide about those that one got."""
        body = {"article_ids": ids}
        count = 0
        while mine := client.post(f"{ARTICLES}/claims", json=body).json["data"]["article_ids"]:
            count += decided(client, *mine[:10])["count"]
            client.delete(f"{ARTICLES}/claims", json=body)
        return count

    assert sum(at_once(lambda: work(admin), lambda: work(colleague))) == 40
    assert all(len(history_of(id_)) == 1 for id_ in ids)
