"""How reviewing goes, in figures (additions.md §3, queue)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.utils import clock
from common.utils.constants import ArticleStatus as S
from tests.factories import ArticleFactory
from tests.support.scenarios.operators import MIS
from tests.support.scenarios.reviewing import crowd, decided, undone

PATH = f"{MIS}/reviews/statistics"


def figures(client, **query):
    answer = client.get(PATH, query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def waiting(seconds):
    since = clock.now() - timedelta(seconds=seconds)
    return ArticleFactory(status=S.PENDING, waiting_since=since).article_id


def test_without_decisions_there_is_nothing_to_say(admin):
    data = figures(admin)

    assert (data["count"], data["p50_seconds"], data["p95_seconds"]) == (0, None, None)
    assert (data["share_undone"], data["reviewers"], data["waiting"]) == (0.0, [], 0)


@pytest.fixture
def frozen():
    """The clock stands still, so that waiting times are exact."""
    with time_machine.travel(clock.utc_now().replace(microsecond=0), tick=False):
        yield


def test_percentiles_shares_and_who_decided(frozen, admin, colleague):
    for at in range(1, 20):
        decided(admin, waiting(at * 10))
    batch_id = decided(colleague, waiting(1000), status=3)["batch_id"]
    undone(admin, batch_id)
    decided(admin, ArticleFactory(published=True).article_id, status=5)  # nobody waited for that

    data = figures(admin)

    assert (data["count"], data["p50_seconds"], data["p95_seconds"]) == (21, 100, 190)
    assert (data["undone"], data["share_undone"]) == (1, 0.0476)
    assert [(each["name"], each["count"], each["undone"]) for each in data["reviewers"]] == [
        (admin.user.name, 20, 0),
        (colleague.user.name, 1, 1),
    ]
    assert data["waiting"] == 1


def test_a_period_may_be_chosen_and_is_bounded(admin, refuses):
    decided(admin, waiting(10))

    assert figures(admin, end="2024-01-08 00:00:00")["begin"] == "2024-01-01T00:00:00"
    assert figures(admin, end="2024-01-08 00:00:00")["count"] == 0
    query = {"begin": "2024-01-01 00:00:00", "end": "2024-06-01 00:00:00"}
    refuses("GET", PATH, [({"query_string": query}, {"begin": "Invalid date param."})])


def test_they_cost_a_handful_of_statements_however_many_there_are(admin, cost):
    decided(admin, *crowd(200))
    figures(admin)

    with cost() as spent:
        figures(admin)

    assert spent.sql <= 6


@pytest.mark.parametrize("end", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_times_before_and_after_all_calendars_are_the_first_and_the_last(admin, end):
    assert figures(admin, end=end)["count"] == 0


def test_a_period_begins_first_and_is_not_too_long(refuses):
    reason = {"begin": "Invalid date param."}
    turned = {"begin": "2026-01-02 00:00:00", "end": "2026-01-01 00:00:00"}
    long = {"begin": "2025-01-01 00:00:00", "end": "2026-01-01 00:00:00"}

    refuses("GET", PATH, [({"query_string": query}, reason) for query in (turned, long)])
