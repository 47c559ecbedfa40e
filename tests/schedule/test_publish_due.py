"""What waits for its time is looked for every second (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import timedelta

from common.utils import clock
from common.utils.constants import ArticleStatus
from schedule.jobs.publish_due import publish_due
from tests import factories


def test_a_round_says_how_much_it_changed(runtime):
    factories.ArticleFactory(
        status=ArticleStatus.PENDING, review_time=clock.now(), publish_at=clock.now()
    )
    factories.ChannelTopFactory(channel_id=7, ends_at=clock.now() - timedelta(seconds=1))

    rounds = [publish_due().rows_changed for _ in range(2)]

    assert rounds == [2, 0]


def test_a_run_goes_on_until_nothing_is_due():
    rounds = iter([3, 2, 0, 7])

    assert publish_due([lambda: next(rounds)]).rows_changed == 5


def test_looking_for_nothing_writes_nothing(runtime, cost):
    publish_due()

    with cost() as spent:
        publish_due()

    assert spent.sql <= 5
    assert spent.stages == 0
