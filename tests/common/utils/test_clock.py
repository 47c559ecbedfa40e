"""Product time: naive, in the configured zone, in whole seconds or whole milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from common.utils import clock

INSTANT = datetime(2026, 3, 1, 16, 30, 15, 987_654, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _restored_zone() -> Iterator[None]:
    zone = clock.zone()
    yield
    clock.init(str(zone))


def test_now_is_shanghai_time_without_zone_and_fraction():
    with time_machine.travel(INSTANT, tick=False):
        assert clock.now() == datetime(2026, 3, 2, 0, 30, 15)  # noqa: DTZ001 - product time is naive


def test_precise_time_keeps_milliseconds():
    with time_machine.travel(INSTANT, tick=False):
        assert clock.now_precise().microsecond == 987_000


def test_the_zone_can_be_configured():
    clock.init("UTC")

    with time_machine.travel(INSTANT, tick=False):
        assert clock.now() == INSTANT.replace(tzinfo=None, microsecond=0)


def test_milliseconds_and_product_time_convert_into_each_other():
    ms = 1_772_382_615_987

    assert clock.to_ms(clock.from_ms(ms)) == ms


def test_now_ms_is_epoch_milliseconds():
    with time_machine.travel(INSTANT, tick=False):
        assert clock.now_ms() == 1_772_382_615_987
