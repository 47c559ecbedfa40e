"""Channels to publish in (media-platform.md §2.9)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import Channel
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from tests.factories import ChannelFactory

CHANNELS = "/mp/v1_0/channels"


def test_visible_channels_are_listed_by_sequence_and_then_id(anonymous):
    last = ChannelFactory(sequence=9).channel_id
    first, second = (ChannelFactory(sequence=1).channel_id for _ in range(2))
    ChannelFactory(is_visible=False)

    answer = anonymous.get(CHANNELS)

    channels = answer.json["data"]["channels"]
    assert (answer.status_code, answer.json["message"]) == (200, "OK")
    assert [each["id"] for each in channels] == [first, second, last]
    assert all(each.keys() == {"id", "name"} for each in channels)
    assert all(type(each["id"]) is int for each in channels)


@pytest.mark.parametrize("query", ["", "?with_recommend=1"])
def test_nothing_is_published_in_the_virtual_channel(editor, channel_id, query):
    channels = editor.get(CHANNELS + query).json["data"]["channels"]

    assert [each["id"] for each in channels] == [channel_id]


def test_what_an_operator_changes_shows_on_the_next_request(anonymous, channel_id):
    anonymous.get(CHANNELS)

    with transaction() as session:
        session.get_one(Channel, channel_id).channel_name = "数据库"
        outbox.add(ChannelTableChanged())

    assert anonymous.get(CHANNELS).json["data"]["channels"] == [
        {"id": channel_id, "name": "数据库"}
    ]
