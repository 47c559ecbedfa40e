"""Every operation of the operators' published document, called as documented.

The status, and every documented member with its type. Where the contract's pages decide otherwise
than the document, they win; those places are named below.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.documents.operators_calls import call_of, client_for, world_of
from tests.support.documents.published import missing

DOCUMENT = Path(__file__).with_name("published-api.json")
ENTRIES = {
    f"{each['method']} {each['path']}": each for each in json.loads(DOCUMENT.read_bytes())["mis"]
}
# The document has both shapes of this in one (admin.md §2.31): which request is asked for, which
# part of the document is of the other.
LEGALIZE = "GET /mis/v1_0/legalizes/:target"
SHAPES = {"real_name": "data.qualification", "legalize": "data.user_profile"}

# admin.md §1.2: statuses are the reference's; admin.md §2.5, admin.md §5.3, admin.md §7.
OTHER_STATUSES = {
    "PUT /mis/v1_0/password": 201,
    "PUT /mis/v1_0/authorizations": 201,
    "POST /mis/v1_0/authorizations": 201,
    "POST /mis/v1_0/permissions": 201,
    "GET /mis/v1_0/users/:target": 200,
    "PUT /mis/users/:id/disabled": 201,
}
# Names that the contract knows better (admin.md §2.44, admin.md §5.3, admin.md §7), and lists that
# may be empty there.
NO_CODE = {"code string": "code null"}  # a menu that leads nowhere
NO_LOGIN = {"last_login string": "last_login null"}  # never (admin.md §1.5)
OTHER_MEMBERS = {
    "POST /mis/v1_0/authorizations": {
        "permission_tree": "data.permission_tree",
        "children string[]": "children list",
        **NO_CODE,
    },
    "GET /mis/v1_0/permissions": NO_CODE,
    "GET /mis/v1_0/groups/:target": {
        "children.children string[]": "children.children list",
        "children object[]": "children list",
        **NO_CODE,
    },
    "POST /mis/v1_0/users": NO_LOGIN,
    "GET /mis/v1_0/users": NO_LOGIN,
    "GET /mis/v1_0/users/:target": NO_LOGIN,
    "GET /mis/v1_0/statistics_search_total": {
        "search_user_count string": "search_user_count integer"
    },
    "GET /mis/permissions/:id": {
        "title string": "data.name string",
        "permissions integer[]": "data.permission_id integer",
        "create_date integer": "data.type integer",
    },
}
NO_CONTENT = 204


def members(entry: str) -> str:
    """The lines of what is documented of the answer."""
    lines = "\n".join(
        f"{each['name']} {each['type']}" for each in ENTRIES[entry].get("response", ())
    )
    for published, ours in OTHER_MEMBERS.get(entry, {}).items():
        assert published in lines
        lines = lines.replace(published, ours)
    return lines


def status_of(entry: str) -> int:
    """The documented status, or the contract's."""
    (documented,) = ENTRIES[entry].get("statuses") or ["200"]
    return OTHER_STATUSES.get(entry, int(documented))


@pytest.fixture
def world(sign_in: Any) -> dict[str, Any]:
    """Enough of everything that no documented list is empty; values for the calls."""
    return world_of(sign_in)


@pytest.mark.parametrize("asked", SHAPES)
def test_a_request_for_verification_has_the_shape_of_its_kind(world, asked):
    call = call_of("GET", LEGALIZE.split(" ")[1], {**world, "legalize": world[asked]})
    lines = members(LEGALIZE).split("\n")
    published = [line for line in lines if not line.startswith(SHAPES[asked])]

    answer = world["admin"].open(**call)

    assert (answer.status_code, len(published) < len(lines)) == (200, True)
    assert missing(answer.json, "\n".join(published)) == []


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry != LEGALIZE])
def test_an_operation_answers_as_published(world, anonymous, entry):
    verb, path = entry.split(" ")

    answer = client_for(entry, world, anonymous).open(**call_of(verb, path, world))

    assert answer.status_code == status_of(entry), answer.text
    if answer.status_code == NO_CONTENT:
        assert answer.data == b""
    else:
        assert answer.json["message"] == "OK"
        assert missing(answer.json, members(entry)) == []


@pytest.mark.settings(demo="on")
def test_the_route_map_is_bare(gateway):
    answer = gateway.get("/mis/")

    assert answer.status_code == 200
    assert "/v1_0/authorizations" in answer.json.values()
    assert "/v1_0/statistics_basic" in answer.json.values()


def test_every_operation_of_the_document_is_called():
    assert len(ENTRIES) == 46
