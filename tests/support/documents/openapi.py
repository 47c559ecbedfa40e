"""Checking API descriptions against the parts of OpenAPI 3.1 that a wrong generator would break."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema

from common.extensions.description import openapi

OPERATION = {
    "type": "object",
    "required": ["operationId", "responses", "tags", "summary"],
    "properties": {
        "operationId": {"type": "string", "pattern": "^\\w+$"},
        "summary": {"type": "string", "minLength": 1},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "security": {"type": "array", "items": {"type": "object"}},
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "in", "schema"],
                "properties": {
                    "in": {"enum": ["path", "query", "header"]},
                    "required": {"type": "boolean"},
                    "schema": {"type": "object"},
                },
            },
        },
        "requestBody": {"type": "object", "required": ["content"]},
        "responses": {
            "type": "object",
            "minProperties": 2,
            "patternProperties": {
                "^([1-5][0-9]{2}|default)$": {
                    "anyOf": [{"required": ["description"]}, {"required": ["$ref"]}]
                }
            },
            "additionalProperties": False,
        },
    },
}
OPENAPI = {
    "type": "object",
    "required": ["openapi", "info", "paths"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "paths": {
            "type": "object",
            "patternProperties": {
                "^/([^{}<>]|{\\w+})*$": {
                    "type": "object",
                    "patternProperties": {"^(get|post|put|patch|delete)$": OPERATION},
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
        "components": {"type": "object"},
    },
}


@lru_cache(maxsize=8)
def described(app: Any, title: str, server: str) -> dict[str, Any]:
    """The OpenAPI document of a door, made once for each app; not to be changed."""
    return openapi.describe(app, title=title, version="1.0", servers=[server])


def references(value: Any) -> Iterator[str]:
    """All ``$ref`` inside."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def assert_valid(document: dict[str, Any]) -> None:
    """The document is well-formed, its references lead somewhere, its schemas are schemas."""
    jsonschema.validate(document, OPENAPI)
    operations = [each for verbs in document["paths"].values() for each in verbs.values()]
    identifiers = [each["operationId"] for each in operations]
    assert len(set(identifiers)) == len(identifiers)
    for reference in references(document):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
