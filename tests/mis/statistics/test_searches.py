"""What is searched for, as operators see it (admin.md §2.43, §2.44; additions.md §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.models import StatisticsSearcher
from common.utils import clock
from common.utils.constants import StatisticsKind
from tests.factories import (
    StatisticsBasicFactory,
    StatisticsSearchFactory,
    StatisticsSearchTotalFactory,
    UserFactory,
)
from tests.factories.base import write
from tests.support.scenarios.operators import MIS

SEARCH = f"{MIS}/statistics_search"

pytestmark = pytest.mark.usefixtures("at_noon")


def searched(keyword, users, days_ago):
    """So many users looked for it on a day."""
    at = clock.now().replace(minute=0, second=0, hour=0) - timedelta(days=days_ago)
    StatisticsSearchFactory(keyword=keyword, user_count=users, count=users * 2, date_time=at)


def test_keywords_come_most_searched_first_and_say_how_their_week_was(admin):
    StatisticsSearchTotalFactory(keyword="樱花", user_count=86, count=200)
    StatisticsSearchTotalFactory(keyword="面馆", user_count=90, count=120)
    StatisticsSearchTotalFactory(keyword="古镇", user_count=7, count=7)
    searched("樱花", 10, 0)
    searched("樱花", 6, 6)
    searched("樱花", 8, 7)
    searched("樱花", 5, 13)
    searched("樱花", 999, 14)
    searched("面馆", 3, 1)

    answer = admin.get(SEARCH)

    assert answer.json["data"] == {
        "keywords": [
            {"keyword": "樱花", "user_count": 86, "count": 200, "week_percent": 23.08},
            {"keyword": "面馆", "user_count": 90, "count": 120, "week_percent": 300.0},
            {"keyword": "古镇", "user_count": 7, "count": 7, "week_percent": 0.0},
        ],
        "total_count": 3,
    }


def test_pages_divide_the_keywords_and_cost_the_same(admin, cost):
    for number in range(25):
        StatisticsSearchTotalFactory(keyword=f"词{number:02d}", count=number // 2)
        searched(f"词{number:02d}", 1, 1)
    admin.get(SEARCH)
    found = []
    for page in (1, 2, 3):
        with cost() as spent:
            data = admin.get(f"{SEARCH}?per_page=10&page={page}").json["data"]
        assert spent.sql == 2
        assert data["total_count"] == 25
        found += [row["keyword"] for row in data["keywords"]]

    assert (len(found), len(set(found))) == (25, 25)
    assert admin.get(f"{SEARCH}?page=9").json["data"] == {"keywords": [], "total_count": 25}


def test_misses_are_what_found_nothing_by_people(admin, cost):
    StatisticsSearchTotalFactory(keyword="找到", user_count=50, count=90)
    StatisticsSearchTotalFactory(keyword="甲", count=90, miss_user_count=2, miss_count=80)
    StatisticsSearchTotalFactory(keyword="乙", count=20, miss_user_count=9, miss_count=11)

    admin.get(f"{SEARCH}/misses")
    with cost() as spent:
        data = admin.get(f"{SEARCH}/misses").json["data"]

    assert data == {
        "keywords": [
            {"keyword": "乙", "user_count": 9, "count": 11},
            {"keyword": "甲", "user_count": 2, "count": 80},
        ],
        "total_count": 2,
    }
    assert spent.sql == 2


def test_totals_count_each_person_once(admin, cost):
    before = admin.get(f"{MIS}/statistics_search_total").json["data"]
    assert before == {"search_user_count": 0, "count": 0, "user_count": before["user_count"]}
    StatisticsBasicFactory(type=StatisticsKind.SEARCH, count=17)
    StatisticsBasicFactory(type=StatisticsKind.SEARCH_USER, count=9)
    for digest in ("a", "b", "c"):
        write(StatisticsSearcher(digest=digest))
    UserFactory()

    with cost() as spent:
        data = admin.get(f"{MIS}/statistics_search_total").json["data"]

    assert data == {
        "search_user_count": 3,
        "count": 17,
        "user_count": before["user_count"] + 1,
    }
    assert spent.sql == 1
