"""Sales by area and readings by source (admin.md §2.45, §2.46)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction, upsert
from common.models import StatisticsReadSource, StatisticsSales
from common.utils.constants import ReadSource, SalesArea
from tests.support.scenarios.operators import MIS

SALES = f"{MIS}/statistics_sales_total"
SOURCES = f"{MIS}/statistics_read_source_total"


def put(model, key, **values):
    """A row with these values, whether it was there or not."""
    with transaction() as session:
        upsert(
            session, model, [values], keys=[key], update=[name for name in values if name != key]
        )


def test_all_areas_are_there_when_nothing_was_sold(admin):
    data = admin.get(SALES).json["data"]

    assert [row["area"] for row in data["area_sales"]] == [1, 2, 3, 4, 5, 0]
    assert [row["area_name"] for row in data["area_sales"]] == [
        "北京", "上海", "深圳", "广州", "杭州", "其他",
    ]  # fmt: skip
    assert ({row["money"] for row in data["area_sales"]}, data["total_money"]) == ({0}, 0)


def test_sales_come_the_most_first_and_unknown_areas_are_others(admin):
    for area, money in ((SalesArea.SHANGHAI, 1_280_000), (SalesArea.OTHER, 90_000), (77, 1_000)):
        put(StatisticsSales, "area", area=area, money=money)

    data = admin.get(SALES).json["data"]

    assert [(row["area"], row["money"]) for row in data["area_sales"]] == [
        (2, 1_280_000), (0, 91_000), (1, 0), (3, 0), (4, 0), (5, 0),
    ]  # fmt: skip
    assert data["total_money"] == 1_371_000


def test_sources_are_the_sums_of_their_classes_the_most_first(admin):
    for source, early, middle, whole in ((ReadSource.RELATED, 90, 260, 260), (9, 1, 2, 3)):
        classes = {"count_20_down": early, "count_20_80": middle, "count_80_up": whole}
        put(StatisticsReadSource, "source", source=source, count=1, **classes)

    data = admin.get(SOURCES).json["data"]

    assert data["read_sources"][0] == {
        "source": 3,
        "source_name": "相关阅读",
        "count": 610,
        "count_20_down": 90,
        "count_20_80": 260,
        "count_80_up": 260,
    }
    assert [(row["source"], row["source_name"], row["count"]) for row in data["read_sources"]] == [
        (3, "相关阅读", 610), (0, "其他", 6), (1, "推荐", 0), (2, "频道", 0), (4, "应用外阅读", 0),
    ]  # fmt: skip
    assert data["total_read_count"] == 616


@pytest.mark.parametrize("path", [SALES, SOURCES])
def test_nobody_can_write_figures(admin, path):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert admin.open(path, method=method, json={}).status_code == 405


@pytest.mark.parametrize("path", [SALES, SOURCES])
def test_either_is_one_statement(admin, cost, path):
    admin.get(path)

    with cost() as spent:
        admin.get(path)

    assert spent.sql == 1
