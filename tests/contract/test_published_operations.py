"""Every operation of the readers' published document, called as documented.

The status, and every documented member with its type. Where the contract's pages decide otherwise
than the document, they win; those places are named below.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.documents.published import missing
from tests.support.documents.readers_calls import call_of
from tests.support.documents.readers_document import operations

DOCUMENT = Path(__file__).with_name("published-api.json")

# contract/user-app.md §2.2: a boolean, whatever the document says; user-app.md §4.4: edits are 201.
OTHER_TYPES = {"data.is_media integer": "data.is_media boolean"}
OTHER_STATUSES = {"PATCH /app/v1_0/user/profile": 201, "PATCH /app/v1_0/user/photo": 201}
# Not over HTTP: the realtime process (contract/realtime.md) speaks Socket.IO there.
REALTIME = "/app/socket.io/"


@pytest.fixture
def world(readers_world):
    """Enough of everything that no documented list is empty; values for the calls."""
    return readers_world


def prepare(entry, world):
    """Do what a call that takes something back needs to have happened before."""
    method, path = entry.split(" ")
    undone = {
        "dislikes": "/v1_0/article/dislikes",
        "article/likings": "/v1_0/article/likings",
        "comment/likings": "/v1_0/comment/likings",
    }
    for name, address in undone.items():
        if method == "DELETE" and f"{name}/:target" in path:
            target = world["comment" if name.startswith("comment") else "article"]
            world["reader"].post(address, json={"target": target})
    if entry == "DELETE /app/v1_0/user/blacklists/:target":
        world["reader"].post("/v1_0/user/blacklists", json={"target": world["blocked"]})


@pytest.mark.settings(demo="on")  # for the route map and the sample notifications
@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.entry)
def test_an_operation_answers_as_published(world, operation):
    entry, status, members = operation
    verb, path = entry.split(" ")
    for published, ours in OTHER_TYPES.items():
        members = members.replace(published, ours)
    prepare(entry, world)

    answer = world["reader"].open(**call_of(verb, path, world))

    assert answer.status_code == OTHER_STATUSES.get(entry, status), answer.text
    if status == 204:
        assert answer.data == b""
    elif members:
        assert answer.json["message"] == "OK"
        assert missing(answer.json, members) == []
    else:
        assert isinstance(answer.json, dict)


def test_our_table_of_the_document_says_what_the_document_says():
    published = {
        f"{each['method']} {each['path']}": each
        for each in json.loads(DOCUMENT.read_bytes())["user"]
        if each["path"] != REALTIME
    }

    assert {each.entry for each in operations()} == published.keys()
    for entry, status, members in operations():
        documented = published[entry]
        # Some have no list of statuses: 200.
        assert str(status) == (documented.get("statuses") or ["200"])[0], entry
        if status == 204:
            continue
        expected = {
            f"{field['name']} {field['type']}"
            for field in documented.get("response", ())
            if field["name"].startswith("data.")
        }
        assert {line.replace("?", "") for line in members.split("\n") if line} == expected, entry
