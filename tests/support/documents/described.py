"""Comparing what a door does with what its description says: answers, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import jsonschema

from tests.support.clients.api import ApiClient
from tests.support.documents.violating import violations

# Suggestions need an engine; where nothing is refused, nothing is listed.
MAY_BE_EMPTY = {"options", "refused"}
ANY_TEXT = {"type": "string"}  # of a parameter outside of JSON: every value is one
NO_CONSTRAINT = ("default", "title", "description")
LARGE = 1024 * 1024  # bytes: beyond them a body may also be refused for its size


def _closed(schema: Any) -> Any:
    """The schema with no members allowed that it does not name."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    complete = {name: _closed(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        complete.setdefault("additionalProperties", False)
    return complete


def _body_of(described: Any, document: Any) -> Any:
    """The schema of the JSON body; an empty one if there is none."""
    content = described.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    return document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]


def _bad_bodies(schema: Any, good: Any, document: Any) -> Iterator[tuple[str, Any]]:
    """Calls with one member of the body that is not as described, or is missing."""
    for name, member in schema.get("properties", {}).items():
        for value in violations(member, good["json"].get(name), document):
            yield name, {**good, "json": {**good["json"], name: value}}
    for name in schema.get("required", ()):
        rest = {other: value for other, value in good["json"].items() if other != name}
        yield name, {**good, "json": rest}


def _bad_parameters(described: Any, good: Any, document: Any) -> Iterator[tuple[str, Any]]:
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


def _constrained(described: Any, schema: Any) -> set[str]:
    """Names of the parameters and members of which a description does not allow every value."""
    named = {
        each["name"]: each["schema"]
        for each in described["parameters"]
        if each["in"] != "path" and _constraints(each["schema"]) != ANY_TEXT
    }
    named |= schema.get("properties", {})
    return {name for name, each in named.items() if each.keys() & {"type", "anyOf", "$ref"}}


def _constraints(schema: Any) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in NO_CONSTRAINT}


def assert_as_described(
    document: Any, client: ApiClient, verb: str, path: str, call: dict[str, Any]
) -> None:
    """The operation succeeds with the status and the members that its description names."""
    described = document["paths"][path][verb.lower()]["responses"]
    (status,) = [status for status in described if status.startswith("2")]

    answer = client.open(**call)

    assert (verb, path, answer.status_code) == (verb, path, int(status)), answer.text
    content = described[status].get("content")
    if content is None:
        assert answer.data == b""
        return
    schema = _closed(content["application/json"]["schema"])
    components = _closed(document["components"])
    jsonschema.Draft202012Validator({**schema, "components": components}).validate(answer.json)
    data = answer.json.get("data", {})
    empty = {name for name, value in data.items() if value == []}
    assert (verb, path, empty - MAY_BE_EMPTY) == (verb, path, set())


def assert_refuses_what_is_not_allowed(
    document: Any, client: Callable[[], ApiClient], verb: str, path: str, good: dict[str, Any]
) -> None:
    """Each constraint of the description, violated once, is 400 and names the parameter."""
    described = document["paths"][path][verb.lower()]
    body = _body_of(described, document)
    calls = [*_bad_parameters(described, good, document), *_bad_bodies(body, good, document)]

    assert {name for name, _ in calls} == _constrained(described, body)
    for name, call in calls:
        answer = client().open(**call)
        case = (name, repr(call)[:300])
        if answer.status_code == 413 and len(repr(call)) > LARGE:
            continue
        assert (case, answer.status_code) == (case, 400), answer.text
        assert (case, name.lower() in answer.json["message"].lower()) == (case, True)
        assert (case, [*answer.json.get("errors", {name: ""})]) == (case, [name])
