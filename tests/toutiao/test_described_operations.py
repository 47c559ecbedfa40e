"""Every operation of the readers' API does what its description says.

The description's models are those that parse: each of their constraints is violated once, and the
answer names the parameter. Its schemas of answers fit real answers, without a member more.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import pytest

from common.extensions.description import openapi
from tests.factories import UserFactory
from tests.support.readers_calls import call_of, world_of
from tests.support.violating import violations
from toutiao.main import DOMAINS
from toutiao.resources import notice

pytestmark = pytest.mark.settings(demo="on")  # for the sample notifications

OPERATIONS = [
    (verb, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", url))
    for routes in (*DOMAINS.values(), notice.DEMO_ROUTES)
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
]
READING = [(verb, path) for verb, path in OPERATIONS if verb == "GET"]
WRITING = [(verb, path) for verb, path in OPERATIONS if verb != "GET"]
NEEDS_AN_ENGINE = {"options"}  # of suggestions; without one there are none


@pytest.fixture
def document(user_app):
    """The OpenAPI document of the door."""
    return openapi.describe(user_app, title="Readers", version="1.0", servers=["/"])


@pytest.fixture
def world(anonymous, sign_in):
    """Enough of everything that no list is empty; values for the calls."""
    return world_of(anonymous, sign_in)


def closed(schema: Any) -> Any:
    """The schema with no members allowed that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    complete = {name: closed(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        complete.setdefault("additionalProperties", False)
    return complete


def body_of(described, document):
    """The schema of the JSON body; an empty one if there is none."""
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    return document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]


def bad_bodies(schema, good, document):
    """Calls with one member of the body that is not as described, or is missing."""
    for name, member in schema.get("properties", {}).items():
        for value in violations(member, good["json"].get(name), document):
            yield name, {**good, "json": {**good["json"], name: value}}
    for name in schema.get("required", ()):
        rest = {other: value for other, value in good["json"].items() if other != name}
        yield name, {**good, "json": rest}


def bad_parameters(described, good, document):
    """Calls with one parameter that is not as described, or is missing."""
    places = {"query": dict(parse_qsl(good["query_string"])), "header": good["headers"] or {}}
    arguments = {"query": "query_string", "header": "headers"}
    for each in described["parameters"]:
        name, place = each["name"], each["in"]
        if place not in places:
            continue
        rest = {other: value for other, value in places[place].items() if other != name}
        for value in violations(each["schema"], None, document):
            if value != "" and not isinstance(value, dict):  # "" is the same as absent
                yield name, {**good, arguments[place]: {**rest, name: str(value)}}
        if each["required"]:
            yield name, {**good, arguments[place]: rest}


def constrained(described, schema):
    """Names of the parameters and members of which a description does not allow every value."""
    named = {
        each["name"]: each["schema"] for each in described["parameters"] if each["in"] != "path"
    }
    named |= schema.get("properties", {})
    return {name for name, each in named.items() if each.keys() & {"type", "anyOf", "$ref"}}


def test_the_description_has_just_these_operations(document):
    described = {
        (verb.upper(), path) for path, verbs in document["paths"].items() for verb in verbs
    }

    assert described == set(OPERATIONS)


def assert_as_described(document, world, verb, path):
    """The operation succeeds with the status and the members that its description names."""
    described = document["paths"][path][verb.lower()]["responses"]
    (status,) = [status for status in described if status.startswith("2")]

    answer = world["reader"].open(**call_of(verb, path, world))

    assert (verb, path, answer.status_code) == (verb, path, int(status)), answer.text
    content = described[status].get("content")
    if content is None:
        assert answer.data == b""
        return
    schema = closed(content["application/json"]["schema"])
    components = closed(document["components"])
    jsonschema.Draft202012Validator({**schema, "components": components}).validate(answer.json)
    data = answer.json.get("data", {})
    empty = {name for name, value in data.items() if value == []}
    assert (verb, path, empty - NEEDS_AN_ENGINE) == (verb, path, set())


def test_every_reading_operation_answers_as_described(document, world):
    for verb, path in READING:
        assert_as_described(document, world, verb, path)


@pytest.mark.parametrize(("verb", "path"), WRITING)
def test_a_writing_operation_answers_as_described(document, world, verb, path):
    assert_as_described(document, world, verb, path)


def test_every_operation_refuses_what_its_description_does_not_allow(document, world, sign_in):
    for verb, path in OPERATIONS:
        described = document["paths"][path][verb.lower()]
        good, body = call_of(verb, path, world), body_of(described, document)
        calls = [*bad_parameters(described, good, document), *bad_bodies(body, good, document)]

        assert {name for name, _ in calls} == constrained(described, body)
        for name, call in calls:
            answer = sign_in(UserFactory()).open(**call)  # within every limit of calls
            case = (name, repr(call)[:300])
            assert (case, answer.status_code) == (case, 400), answer.text
            assert (case, name.lower() in answer.json["message"].lower()) == (case, True)
            assert (case, [*answer.json.get("errors", {name: ""})]) == (case, [name])
