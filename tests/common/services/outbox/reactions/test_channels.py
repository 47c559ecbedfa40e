"""What follows when channels and their pins change."""

from __future__ import annotations

import pytest

from common.cache import pins
from common.extensions.db import transaction
from common.extensions.redis import store
from common.schemas.events.channels import ChannelsChanged, ChannelTableChanged, PinsChanged
from common.services import outbox
from tests import factories
from tests.support.harness.outbox import dropped, moved


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (ChannelsChanged(user_id=1), {"user:1:ch"}),
        (ChannelTableChanged(), {"ch:all", "ch:user:default"}),
        (PinsChanged(channel_id=7), set()),  # written anew, not dropped
    ],
)
def test_a_change_of_channels_drops_what_it_made_wrong_and_no_more(event, keys):
    assert dropped(event) == keys


def test_a_change_of_channels_moves_no_figures():
    assert moved(ChannelsChanged(user_id=1)) == {}


def test_pins_follow_their_table_with_the_commit(runtime):
    pinned = factories.ChannelTopFactory(channel_id=7, sequence=5)

    with transaction():
        outbox.add(PinsChanged(channel_id=7))

    assert store.command("ZSCORE", pins.key(7), pinned.article_id) == b"5"
