"""Lists of channels (contract/user-app.md §6.1, §6.2)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import Channel
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from tests.factories import ChannelFactory, UserChannelFactory

RECOMMENDED = {"id": 0, "name": "推荐"}


def names(client, path):
    """The channels of a list, in order."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]["channels"]


def card(channel):
    """A channel as it is listed."""
    return {"id": channel.channel_id, "name": channel.channel_name}


@pytest.fixture
def channels(runtime):
    """Three visible channels, of which the last two are everybody's, and a hidden one."""
    third, first = ChannelFactory(sequence=3), ChannelFactory(sequence=1, is_default=True)
    second = ChannelFactory(sequence=1, is_default=True)
    ChannelFactory(sequence=0, is_visible=False, is_default=True)
    return [first, second, third]


@pytest.mark.parametrize("path", ["/v1_0/channels", "/app/v1_0/channels", "/v1_0/channels/",
                                  "/v1_0/channels?with_recommend=0",
                                  "/v1_0/channels?with_recommend="])  # fmt: skip
def test_all_visible_channels_are_listed_in_their_order(anonymous, channels, path):
    assert names(anonymous, path) == [card(each) for each in channels]


@pytest.mark.parametrize("word", ["1", "true", "True"])
def test_the_recommended_channel_comes_first_only_when_asked_for(anonymous, channels, word):
    listed = names(anonymous, f"/v1_0/channels?with_recommend={word}")

    assert listed == [RECOMMENDED, *[card(each) for each in channels]]


def test_no_channels_are_an_empty_list(anonymous):
    assert names(anonymous, "/v1_0/channels") == []
    assert names(anonymous, "/v1_0/user/channels") == [RECOMMENDED]


@pytest.mark.parametrize("path", ["/v1_0/user/channels", "/v1_1/user/channels",
                                  "/app/v1_1/user/channels"])  # fmt: skip
@pytest.mark.parametrize("client", ["anonymous", "device", "reader"])
def test_who_has_chosen_nothing_has_the_default_channels(request, channels, client, path):
    listed = names(request.getfixturevalue(client), path)

    assert listed == [RECOMMENDED, card(channels[0]), card(channels[1])]


def test_a_reader_has_his_own_channels_in_his_own_order(reader, channels):
    for sequence, channel in enumerate((channels[2], channels[0])):
        UserChannelFactory(
            user_id=reader.user.user_id, channel_id=channel.channel_id, sequence=sequence
        )

    listed = names(reader, "/v1_0/user/channels")

    assert listed == [RECOMMENDED, card(channels[2]), card(channels[0])]


def test_a_list_edited_to_empty_stays_empty(reader, channels):
    UserChannelFactory(
        user_id=reader.user.user_id, channel_id=channels[0].channel_id, is_deleted=True
    )

    assert names(reader, "/v1_0/user/channels") == [RECOMMENDED]


def test_what_an_operator_changes_shows(anonymous, reader, channels):
    names(anonymous, "/v1_0/channels")
    names(reader, "/v1_0/user/channels")

    with transaction() as session:
        session.get_one(Channel, channels[0].channel_id).is_visible = False
        outbox.add(ChannelTableChanged())

    assert names(anonymous, "/v1_0/channels") == [card(channels[1]), card(channels[2])]
    assert names(reader, "/v1_0/user/channels") == [RECOMMENDED, card(channels[1])]


@pytest.mark.settings(redis_store_url="redis://127.0.0.1:9", redis_cache_url="redis://127.0.0.1:9")
def test_channels_are_listed_without_redis(anonymous, reader, channels):
    assert len(names(anonymous, "/v1_0/channels")) == 3
    assert len(names(reader, "/v1_0/user/channels")) == 3
