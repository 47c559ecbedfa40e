"""The ten basic figures as cards and charts (admin.md §2.42)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from common.utils import clock
from common.utils.constants import StatisticsKind
from tests.factories import StatisticsBasicFactory
from tests.support.scenarios.operators import MIS

BASIC = f"{MIS}/statistics_basic"
OVERVIEW = f"{MIS}/statistics_overview"
# A Tuesday, in product time.
NOW = datetime(2024, 3, 5, 10, 30)  # noqa: DTZ001 - product time


@pytest.fixture
def tuesday():
    """The clock stands still on a Tuesday morning in Shanghai."""
    with time_machine.travel(NOW.replace(tzinfo=clock.zone()), tick=False):
        yield


def count(number, days_ago=0, hour=9, kind=StatisticsKind.ACCESS):
    """So many in an hour of a day."""
    at = (NOW - timedelta(days=days_ago)).replace(hour=hour, minute=0)
    StatisticsBasicFactory(type=kind, count=number, date_time=at)


def card(client, kind="access"):
    """A card as answered."""
    answer = client.get(f"{BASIC}?type={kind}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def chart(client, query):
    """The points of a chart."""
    answer = client.get(f"{BASIC}?type=access&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def test_a_card_compares_today_and_the_week_with_what_was_before(tuesday, admin):
    count(30, hour=0)
    count(15, hour=10)
    count(40, days_ago=1, hour=10)
    count(500, days_ago=1, hour=11)  # later than it is today
    count(15, days_ago=6, hour=0)
    count(1200, days_ago=7, hour=23)
    count(200, days_ago=13, hour=0)
    count(3000, days_ago=14, hour=23)
    count(9999, kind=StatisticsKind.READ, days_ago=40)

    assert card(admin) == {
        "day_count": 45,
        "day_percent": 12.5,
        "week_percent": round((600 - 1400) / 1400 * 100, 2),
        "day_average": round(5000 / 15, 2),
        "total_days": 15,
        "total_count": 5000,
    }


def test_growth_from_nothing_is_as_from_one_and_nothing_at_all_is_a_day_of_zero(tuesday, admin):
    count(5)

    assert (card(admin)["day_percent"], card(admin)["week_percent"]) == (500.0, 500.0)
    assert card(admin, "forward") == {
        "day_count": 0,
        "day_percent": 0.0,
        "week_percent": 0.0,
        "day_average": 0.0,
        "total_days": 1,
        "total_count": 0,
    }


@pytest.mark.parametrize(("minute", "expected"), [(50, 7), (70, 3)])
def test_a_day_begins_at_midnight_in_shanghai(minute, expected, request):
    before_midnight = datetime(2024, 3, 4, 15, tzinfo=UTC)
    with time_machine.travel(before_midnight + timedelta(minutes=minute), tick=False):
        admin = request.getfixturevalue("admin")
        count(3, hour=0)
        count(7, days_ago=1, hour=23)

        assert card(admin)["day_count"] == expected


def test_each_of_the_ten_is_counted_apart(tuesday, admin):
    for kind in StatisticsKind:
        count(int(kind), kind=kind)

    overview = admin.get(OVERVIEW).json["data"]

    totals = {name: card["total_count"] for name, card in overview.items()}
    assert totals == {
        "day_activate": 1, "access": 2, "access_ip": 3, "new_user": 4, "search_user": 5,
        "search": 6, "article": 7, "comment": 8, "read": 9, "forward": 10,
    }  # fmt: skip
    assert overview["read"] == card(admin, "read")


def test_a_year_has_twelve_months(tuesday, admin):
    count(2)
    count(3, days_ago=10)
    count(90, days_ago=366)

    points = chart(admin, "size=month&begin=2001-01-01&end=1999-01-01")

    assert points == [
        {"month": month, "count": {2: 3, 3: 2}.get(month, 0)} for month in range(1, 13)
    ]
    last_year = chart(admin, "size=month&year=2023")
    assert {point["month"]: point["count"] for point in last_year if point["count"]} == {3: 90}


def test_days_without_anything_are_zero(tuesday, admin):
    count(2)
    count(1, hour=8)
    count(4, days_ago=3)
    count(99, days_ago=4)

    assert chart(admin, "size=day&begin=2024-3-2&end=2024-03-06") == [
        {"date": "2024-03-02", "count": 4},
        {"date": "2024-03-03", "count": 0},
        {"date": "2024-03-04", "count": 0},
        {"date": "2024-03-05", "count": 3},
        {"date": "2024-03-06", "count": 0},
    ]


def test_hours_go_from_midnight_to_midnight(tuesday, admin):
    count(2, hour=0)
    count(4, days_ago=1, hour=23)

    points = chart(admin, "size=hour&begin=2024-03-04&end=2024-03-05")

    assert len(points) == 48
    assert points[0] == {"date_time": "2024-03-04 00:00:00", "count": 0}
    assert [point for point in points if point["count"]] == [
        {"date_time": "2024-03-04 23:00:00", "count": 4},
        {"date_time": "2024-03-05 00:00:00", "count": 2},
    ]


@pytest.mark.parametrize(("size", "longest"), [("day", 366), ("hour", 31)])
def test_a_chart_needs_days_in_order_and_not_too_many(admin, size, longest):
    def asked(query):
        answer = admin.get(f"{BASIC}?type=access&size={size}&{query}")
        return answer.status_code, answer.json["message"]

    refused = (403, "(begin or end) parameter error.")
    last, beyond = (
        datetime(2024, 1, 1) + timedelta(days=n)  # noqa: DTZ001 - only its date
        for n in (longest - 1, longest)
    )

    assert asked("") == refused
    assert asked("begin=2024-01-01") == refused
    assert asked("end=2024-01-01&begin=") == refused
    assert asked("begin=2024-01-02&end=2024-01-01") == refused
    assert asked(f"begin=2024-01-01&end={beyond:%Y-%m-%d}") == refused
    assert asked("begin=0001-01-01&end=9999-12-31") == refused
    assert asked(f"begin=2024-01-01&end={last:%Y-%m-%d}") == (200, "OK")
    assert asked("begin=2024-01-01&end=2024-01-01") == (200, "OK")


def test_what_cannot_be_read_is_refused_by_name(refuses):
    def query(text):
        return {"query_string": text}

    refuses(
        "GET",
        BASIC,
        [
            (query(""), {"type": "Missing required parameter in the query string"}),
            (query("type=1"), {"type": "Invalid statistics type."}),
            (query("type=ACCESS"), {"type": "Invalid statistics type."}),
            (
                query("type=access&size=week"),
                {"size": 'Invalid statistics size. Choice in ("day", "hour")'},
            ),
            (
                query("type=access&size=day&begin=2024-02-30&end=2024-03-01"),
                {"begin": "Invalid date param."},
            ),
            (
                query("type=access&size=month&year=1"),
                {"year": "Invalid year: 1. year must be within the range 1970 - 9998"},
            ),
        ],
    )


def test_an_empty_size_is_a_card(admin):
    assert "total_count" in admin.get(f"{BASIC}?type=read&size=").json["data"]


@pytest.mark.parametrize(
    "path",
    [
        f"{BASIC}?type=read",
        f"{BASIC}?type=read&size=month",
        f"{BASIC}?type=read&size=day&begin=2024-01-01&end=2024-12-31",
        f"{BASIC}?type=read&size=hour&begin=2024-01-01&end=2024-01-31",
        OVERVIEW,
    ],
)
def test_however_much_is_asked_for_it_is_one_statement(admin, cost, path):
    admin.get(path)

    with cost() as spent:
        assert admin.get(path).status_code == 200

    assert spent.sql == 1
