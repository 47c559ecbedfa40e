"""Phrases that people ask for, counted by a real MariaDB: who asks, and who only types on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common.services.search import asking
from common.services.search.asking import Asked
from common.utils import clock
from common.utils.constants import BehaviourKind
from tests.factories import BehaviourEventFactory

pytestmark = pytest.mark.usefixtures("on_strict_mariadb")

DEVICES = [f"{number:064x}" for number in range(5)]


def searched(keyword: str, subject: str, at: datetime, *, ip_hash: str | None = None) -> None:
    """Somebody has searched for it."""
    BehaviourEventFactory(
        kind=BehaviourKind.SEARCH, keyword=keyword, subject=subject, at=at, ip_hash=ip_hash
    )


def test_people_are_counted_and_beginnings_left_out():
    now = clock.now_precise()
    midnight = (now - timedelta(hours=1)).replace(microsecond=998_000)
    for subject in ("1", "2", "3"):
        searched("第一次跑半", subject, midnight)
        searched("第一次跑半马", subject, midnight + timedelta(seconds=10))
        searched("夜跑_", subject, midnight + timedelta(minutes=5))
        searched("夜跑_地图", subject, midnight + timedelta(minutes=5, seconds=10.001))
    for device in DEVICES:
        searched("河边", device, now - timedelta(hours=2), ip_hash="a" * 16)
        searched("夜跑_", device, now - timedelta(hours=30), ip_hash=device[-16:])

    found = asking.phrases(
        since=now - timedelta(hours=24), compared_since=now - timedelta(hours=48), most=10
    )

    assert set(found) == {
        Asked("第一次跑半马", 3),
        Asked("夜跑_", 3, before=5),
        Asked("夜跑_地图", 3),
    }
