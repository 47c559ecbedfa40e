"""Numbers for operators, and behaviour events."""

from __future__ import annotations

from typing import Any

import factory

from common.models import (
    BehaviourEvent,
    StatisticsBasic,
    StatisticsReadSource,
    StatisticsSales,
    StatisticsSearch,
    StatisticsSearchTotal,
)
from common.utils import clock
from common.utils.constants import BehaviourKind, ReadSource, SalesArea, StatisticsKind
from tests.factories.base import Factory


def _part(name: str) -> Any:
    return factory.LazyAttribute(lambda row: getattr(row.date_time, name))


class _HourFactory(Factory):
    """A figure of one hour; ``date_time`` (the present hour) fills year, month, day and hour."""

    class Meta:
        abstract = True

    date_time = factory.LazyFunction(lambda: clock.now().replace(minute=0, second=0))
    year = _part("year")
    month = _part("month")
    day = _part("day")
    hour = _part("hour")
    count = 1


class StatisticsBasicFactory(_HourFactory):
    """One access in the present hour."""

    class Meta:
        model = StatisticsBasic

    type = StatisticsKind.ACCESS


class StatisticsSearchFactory(_HourFactory):
    """A keyword searched once in the present hour."""

    class Meta:
        model = StatisticsSearch

    keyword = factory.Sequence(lambda n: f"关键词{n}")
    user_count = 1


class StatisticsSearchTotalFactory(Factory):
    """A keyword searched once since the beginning."""

    class Meta:
        model = StatisticsSearchTotal

    keyword = factory.Sequence(lambda n: f"关键词{n}")
    user_count = 1
    count = 1


class StatisticsSalesFactory(Factory):
    """Sales of Beijing: 1 yuan."""

    class Meta:
        model = StatisticsSales

    area = SalesArea.BEIJING
    money = 100


class StatisticsReadSourceFactory(Factory):
    """One reading that came from a channel and went to the end."""

    class Meta:
        model = StatisticsReadSource

    source = ReadSource.CHANNEL
    count = 1
    count_20_down = 0
    count_20_80 = 0
    count_80_up = 1


class BehaviourEventFactory(Factory):
    """Somebody read something just now."""

    class Meta:
        model = BehaviourEvent

    kind = BehaviourKind.READ
    subject = factory.Sequence(str)
