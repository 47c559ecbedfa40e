"""Every operation of the editors' published document, called as documented.

The status, and every documented member with its type. Where the contract's pages decide otherwise
than the document, they win; those places are named below.
"""

from __future__ import annotations

import pytest

from tests.support.documents.editors_calls import call_of
from tests.support.documents.editors_document import SHAPES, all_members, operations
from tests.support.documents.published import missing

# contract/media-platform.md §2.5, §2.7.
OTHER_STATUSES = {"GET /mp/v1_0/user/profile": 200, "PATCH /mp/v1_0/user/photo": 201}
ROUTE_MAP = "GET /mp/"
# The route map is no JSON of the envelope: it has a test of its own.
OPERATIONS = [each for each in operations() if each.entry != ROUTE_MAP]


@pytest.fixture
def world(editors_world):
    """Enough of everything that no documented list is empty; values for the calls."""
    return editors_world


@pytest.mark.parametrize(
    "operation", OPERATIONS, ids=[f"{each.entry} {each.query}".strip() for each in OPERATIONS]
)
def test_an_operation_answers_as_published(world, operation):
    verb, path = operation.entry.split(" ")
    if "likings/:target" in path:
        world["editor"].post("/mp/v1_0/comment/likings", json={"target": world["comment"]})
    call = call_of(verb, path, world)
    if operation.query:
        call["query_string"] = operation.query.format(**world)

    answer = world["editor"].open(**call)

    expected = OTHER_STATUSES.get(operation.entry, operation.status)
    assert answer.status_code == expected, answer.text
    if expected == 204:
        assert answer.data == b""
    else:
        assert answer.json["message"] == "OK"
        assert missing(answer.json, operation.members) == []


@pytest.mark.settings(demo="on")
def test_the_route_map_is_bare(gateway):
    answer = gateway.get("/mp/")

    assert answer.status_code == 200
    assert answer.json["user.authorization"] == "/v1_0/authorizations"
    assert answer.json["comments.commentsstatus"] == "/v1_0/comments/status"


def test_the_shapes_of_a_list_together_have_all_members_of_the_document():
    for entry, shapes in SHAPES.items():
        assert set().union(*shapes.values()) == all_members()[entry]


def test_every_operation_of_the_document_is_called():
    assert {each.entry for each in OPERATIONS} | {ROUTE_MAP} == all_members().keys()
    assert len(all_members()) == 30
