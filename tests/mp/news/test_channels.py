"""Channels that an article can be published in (contract/media-platform.md §2.9)."""

from __future__ import annotations

import pytest

from tests.factories import ChannelFactory
from tests.support.scenarios.writing import hide_channel

PATH = "/mp/v1_0/channels"


@pytest.mark.parametrize("token", [None, "Bearer undefined", "Bearer null", "x"])
def test_everybody_sees_the_visible_ones_in_their_order(anonymous, token):
    ChannelFactory(channel_name="数据库", sequence=2)
    ChannelFactory(channel_name="科技", sequence=1)
    ChannelFactory(channel_name="下架", is_visible=False)

    answer = anonymous.get(PATH, headers={"Authorization": token} if token else {})

    channels = answer.json["data"]["channels"]
    assert answer.status_code == 200
    assert [each["name"] for each in channels] == ["科技", "数据库"]
    assert all(each.keys() == {"id", "name"} and type(each["id"]) is int for each in channels)


def test_a_channel_that_was_hidden_is_gone_with_the_next_request(anonymous):
    channel_id = ChannelFactory().channel_id
    assert anonymous.get(PATH).json["data"]["channels"][0]["id"] == channel_id

    hide_channel(channel_id)

    assert anonymous.get(PATH).json["data"]["channels"] == []
