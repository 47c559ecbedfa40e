"""Pinned articles appear and vanish when their time has come (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import timedelta

from common.cache import pins
from common.extensions.db import db
from common.extensions.redis import store
from common.models import ChannelTop
from common.services.channels.pins import follow_clock
from common.utils import clock
from tests import factories


def test_a_pin_comes_and_goes_with_its_time(runtime):
    now = clock.now()
    over = factories.ChannelTopFactory(channel_id=7, ends_at=now - timedelta(seconds=1))
    begun = factories.ChannelTopFactory(channel_id=7, starts_at=now - timedelta(seconds=1))
    factories.ChannelTopFactory(channel_id=7, starts_at=now + timedelta(hours=1))
    pins.rebuild([7])
    store.command("ZADD", pins.key(7), 9, over.article_id)

    follow_clock()

    shown = store.command("ZRANGE", pins.key(7), 0, -1)
    assert [int(id_) for id_ in shown] == [begun.article_id]
    assert db.session.get(ChannelTop, (7, over.article_id)) is None
    assert follow_clock() == 0
