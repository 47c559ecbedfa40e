"""Editing one's own list of channels (user-app.md §6.3, §6.4)."""

from __future__ import annotations

import pytest

from common.extensions.db import transaction
from common.models import Channel
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from tests.factories import ChannelFactory, UserFactory
from tests.support.harness.snapshots import snapshot
from tests.support.harness.threads import at_once

LIST = "/v1_0/user/channels"
REQUIRED = "Channels param is required."
INVALID = "Invalid channels param."


@pytest.fixture
def defaults(runtime):
    """Two channels that everybody starts with."""
    return [ChannelFactory(is_default=True).channel_id for _ in range(2)]


@pytest.fixture
def others(runtime):
    """Three more visible channels."""
    return [ChannelFactory().channel_id for _ in range(3)]


def mine(client, path=LIST):
    return [each["id"] for each in client.get(path).json["data"]["channels"]]


def elements(*pairs):
    return {"channels": [{"id": id_, "seq": seq} for id_, seq in pairs]}


@pytest.mark.parametrize("path", [LIST, "/v1_1/user/channels", "/app/v1_1/user/channels"])
def test_a_channel_is_added_behind_the_defaults_as_clients_do_it(reader, defaults, others, path):
    answer = reader.patch(path, json=elements((others[0], 3)))

    assert answer.status_code == 201
    assert answer.json == {"message": "OK", "data": elements((others[0], 3))}
    assert mine(reader) == [0, *defaults, others[0]]


@pytest.mark.parametrize("method", ["post", "patch"])
def test_channels_without_a_place_go_behind_the_others_in_order(reader, defaults, others, method):
    sent = {"channels": [{"id": str(others[2])}, {"id": others[0], "seq": None}]}

    answer = getattr(reader, method)(LIST, json=sent)

    assert answer.json["data"] == elements((others[2], 3), (others[0], 4))
    assert mine(reader) == [0, *defaults, others[2], others[0]]


def test_adding_a_channel_without_a_place_again_changes_nothing(reader, defaults, others):
    sent = {"channels": [{"id": others[0]}]}

    answers = [reader.patch(LIST, json=sent) for _ in range(2)]

    assert [answer.json["data"] for answer in answers] == [elements((others[0], 3))] * 2
    assert mine(reader) == [0, *defaults, others[0]]


def test_a_list_without_places_is_kept_as_it_was_sent(reader, defaults, others):
    order = [others[1], defaults[0], others[0]]

    answer = reader.put(LIST, json={"channels": [{"id": 0}, *({"id": id_} for id_ in order)]})

    assert answer.json["data"] == elements(*zip(order, (1, 2, 3), strict=True))
    assert mine(reader) == [0, *order]


@pytest.mark.parametrize("first", [0, 1, 2, "1"])
def test_the_whole_list_is_replaced_whatever_it_is_counted_from(reader, defaults, others, first):
    order = [others[2], defaults[1], others[0]]
    sent = [
        {"id": 0, "seq": -5},
        *({"id": id_, "seq": int(first) + n} for n, id_ in enumerate(order)),
    ]

    answer = reader.put(LIST, json={"channels": sent})

    assert answer.status_code == 201
    assert [each["id"] for each in answer.json["data"]["channels"]] == order
    assert mine(reader) == [0, *order]


def test_only_the_virtual_channel_means_edited_to_empty(reader, defaults):
    answer = reader.put(LIST, json=elements((0, 0)))

    assert (answer.status_code, answer.json["data"]) == (201, {"channels": []})
    assert mine(reader) == [0]


def test_patching_moves_what_is_there_and_keeps_the_others(reader, defaults, others):
    reader.put(LIST, json=elements((others[0], 1), (others[1], 2), (others[2], 3)))

    reader.patch(LIST, json=elements((others[2], 1), (others[0], 3)))

    assert mine(reader) == [0, others[2], others[1], others[0]]


def test_adding_what_is_there_adds_nothing_at_all(reader, runtime, defaults, others):
    reader.patch(LIST, json=elements((others[0], 9)))
    before = snapshot(runtime)

    answer = reader.post(LIST, json=elements((others[1], 1), (others[0], 2)))

    assert answer.status_code == 409
    assert answer.json == {"message": "Some conflict user channels occurred."}
    assert snapshot(runtime) == before


def test_a_default_channel_is_there_already(reader, defaults):
    assert reader.post(LIST, json=elements((defaults[0], 1))).status_code == 409


def test_a_removed_channel_can_be_added_again(reader, defaults, others):
    reader.post(LIST, json=elements((others[0], 1)))
    reader.delete(LIST, json={"channels": [others[0]]})

    answer = reader.post(LIST, json=elements((others[0], 9)))

    assert answer.status_code == 201
    assert mine(reader) == [0, *defaults, others[0]]


def test_channels_are_removed_and_strangers_among_them_ignored(reader, defaults, others):
    answer = reader.delete(LIST, json={"channels": [defaults[0], str(others[0]), 404]})

    assert (answer.status_code, answer.data) == (204, b"")
    assert mine(reader) == [0, defaults[1]]


def test_one_channel_is_added_moved_and_removed(reader, defaults, others):
    added = reader.put(f"{LIST}/{others[0]}", json={"seq": 3})
    reader.put(f"{LIST}/{defaults[0]}", json={"seq": "4"})
    moved = mine(reader)
    removed = [reader.delete(f"{LIST}/{others[0]}") for _ in range(2)]

    assert added.status_code == 201
    assert added.json["data"] == {"id": others[0], "seq": 3}
    assert moved == [0, defaults[1], others[0], defaults[0]]
    assert [answer.status_code for answer in removed] == [204, 204]
    assert mine(reader) == [0, defaults[1], defaults[0]]


@pytest.mark.parametrize("method", ["post", "put", "patch"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", REQUIRED),
        ("{}", REQUIRED),
        ("[]", REQUIRED),
        ("7", REQUIRED),
        ('{"channels": null}', REQUIRED),
        ('{"channels": []}', REQUIRED),
        ('{"channels": {}}', INVALID),
        ('{"channels": "7"}', INVALID),
        ('{"channels": [7]}', INVALID),
        ('{"channels": [null]}', INVALID),
        ('{"channels": [{"seq": 1}]}', INVALID),
        ('{"channels": [{"id": "x", "seq": 1}]}', INVALID),
        ('{"channels": [{"id": true, "seq": 1}]}', INVALID),
        ('{"channels": [{"id": 1.5, "seq": 1}]}', INVALID),
        ('{"channels": [{"id": 1, "seq": "x"}]}', INVALID),
        ('{"channels": [{"id": 1, "seq": 1.5}]}', INVALID),
        ('{"channels": [{"id": 404, "seq": 1}]}', INVALID),
        ('{"channels": [{"id": -1, "seq": 1}]}', INVALID),
        ('{"channels": [{"id": 99999999999999999999, "seq": 1}]}', INVALID),
        ('{"channels": [' + ",".join(['{"id": 0}'] * 201) + "]}", INVALID),
        ('{"channels": [{"id": 1}, {"id": "1"}]}', "Repeated channels occurred."),
        ('{"channels": [{"id": 1, "seq": -1}]}', "Invalid channel sequence param."),
        ('{"channels": [{"id": 1, "seq": 4294967296}]}', "Invalid channel sequence param."),
    ],
)
def test_a_body_that_will_not_do_is_refused_and_nothing_stored(
    reader, runtime, defaults, method, body, message
):
    before = snapshot(runtime)

    answer = getattr(reader, method)(LIST, data=body, content_type="text/plain")

    assert (answer.status_code, answer.json) == (400, {"message": message})
    assert snapshot(runtime) == before
    assert mine(reader) == [0, *defaults]


@pytest.mark.parametrize("body", ["{", '{"channels": [}', '{"channels": [NaN]}'])
def test_malformed_json_is_refused(reader, body):
    assert reader.put(LIST, data=body).status_code == 400


@pytest.mark.parametrize(
    "channels", [None, "x", {}, [0], [-1], ["x"], [1.5], [True], [[1]], list(range(1, 202))]
)
def test_a_removal_names_channels(reader, runtime, channels):
    before = snapshot(runtime)

    answer = reader.delete(LIST, json={"channels": channels})

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == ["channels"]
    assert snapshot(runtime) == before


@pytest.mark.parametrize("seq", [None, 0, -1, "x", 1.5, True, [], 2**31, 10**30])
def test_the_place_of_one_channel_is_a_positive_number(reader, runtime, others, seq):
    before = snapshot(runtime)

    answer = reader.put(f"{LIST}/{others[0]}", json={"seq": seq})

    assert (answer.status_code, list(answer.json["errors"])) == (400, ["seq"])
    assert snapshot(runtime) == before


@pytest.mark.parametrize(("channel", "status"), [(404, 400), ("0", 404), ("-1", 404), ("x", 404)])
def test_one_channel_must_exist(reader, runtime, channel, status):
    before = snapshot(runtime)

    answer = reader.put(f"{LIST}/{channel}", json={"seq": 1})

    assert answer.status_code == status
    assert status == 404 or answer.json == {"message": "Invalid channel id."}
    assert snapshot(runtime) == before


def test_a_hidden_channel_can_neither_be_added_nor_seen(reader, defaults, others):
    reader.patch(LIST, json=elements((others[0], 9)))
    with transaction() as session:
        session.get_one(Channel, others[0]).is_visible = False
        outbox.add(ChannelTableChanged())

    answer = reader.patch(LIST, json=elements((others[0], 1)))

    assert (answer.status_code, answer.json["message"]) == (400, INVALID)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_visitors_have_no_list_of_their_own(anonymous, defaults, method):
    body = {"channels": [{"id": defaults[0], "seq": 1}]}

    answers = [getattr(anonymous, method)(LIST, json=body)]
    if method in ("put", "delete"):
        answers.append(getattr(anonymous, method)(f"{LIST}/{defaults[0]}", json={"seq": 1}))

    assert {answer.status_code for answer in answers} == {401}


def test_first_edits_at_once_lose_nothing(reader, defaults, others):
    edits = [
        lambda id_=id_: reader.patch(LIST, json={"channels": [{"id": id_}]}).status_code
        for id_ in others
    ]

    statuses = at_once(*edits)

    found = mine(reader)
    assert statuses == [201, 201, 201]
    assert found[:3] == [0, *defaults]
    assert sorted(found[3:]) == sorted(others)


def test_of_two_equal_additions_at_once_one_is_a_conflict(reader, defaults, others):
    def add():
        return reader.post(LIST, json=elements((others[0], 3))).status_code

    assert sorted(at_once(add, add)) == [201, 409]
    assert mine(reader) == [0, *defaults, others[0]]


def test_lists_of_two_people_do_not_meet(sign_in, defaults, others):
    one, other = (sign_in(UserFactory()) for _ in range(2))

    one.put(LIST, json=elements((others[0], 1)))

    assert (mine(one), mine(other)) == ([0, others[0]], [0, *defaults])
