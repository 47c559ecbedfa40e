"""The readings of the demo are counted whenever it is loaded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from common.extensions.db import transaction
from common.services.statistics import articles, rolling_up
from common.services.statistics.days import midnight
from common.utils import clock
from common.utils.constants import CoverKind
from scripts.demo import readings
from scripts.demo.articles import Plan
from scripts.demo.content import ArticleText
from tests.factories import ArticleFactory

READINGS = 300


@pytest.mark.parametrize("minutes", [0, 30, 59, 61, 12 * 60], ids=lambda n: f"{n} past midnight")
@pytest.mark.usefixtures("runtime")
def test_each_is_in_the_figures_at_any_time_of_the_day(minutes):
    now = midnight(date(2026, 5, 4)) + timedelta(minutes=minutes)
    with time_machine.travel(now.replace(tzinfo=clock.zone()), tick=False):
        row = ArticleFactory(published=True)
        text = ArticleText(
            "标题",
            "作者",
            CoverKind.NONE,
            timedelta(days=3),
            is_pinned=False,
            body="文",
            remarks=(),
        )
        plan = Plan(
            text=text,
            slug="city",
            channel_id=row.channel_id,
            article_id=row.article_id,
            author_id=row.user_id,
            published_at=now - text.age,
            recommended_pin=0,
            remarks=(),
        )
        with transaction() as session:
            readings.add(session, [plan], {row.article_id: READINGS}, now=now)
        rolling_up.roll_up()

        shown: Any = articles.figures_of_own(row.article_id, row.user_id, begin=None, end=None)

    assert shown["conversion"]["read_count"] == sum(shown["origin"].values()) == READINGS
