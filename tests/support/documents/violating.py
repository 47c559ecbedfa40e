"""Values that a JSON Schema does not allow, one for each of its constraints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema

Json = dict[str, Any]

VALIDATOR = jsonschema.Draft202012Validator
NO_VALUE = {"$gt": 0}  # of no parameter: each is a number, a text, a flag or a list


def violations(schema: Json, good: Any, document: Json) -> list[Any]:
    """Values that violate ``schema``, whose references lead into ``document``.

    :param good: a value that it allows
    """
    known = {"components": document["components"]}
    validator = VALIDATOR({**schema, **known}, format_checker=VALIDATOR.FORMAT_CHECKER)
    alternatives = [_resolved(each, document) for each in schema.get("anyOf", [schema])]
    candidates = [NO_VALUE, *(value for each in alternatives for value in _around(each, good))]
    return [value for value in candidates if not validator.is_valid(value)]


def _resolved(schema: Json, document: Json) -> Json:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Json = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _around(schema: Json, good: Any) -> Iterator[Any]:
    """Values just outside of each limit that a schema has."""
    if "minimum" in schema:
        yield schema["minimum"] - 1
    if "maximum" in schema:
        yield schema["maximum"] + 1
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1)
    if "maxItems" in schema and good:
        yield good[:1] * (schema["maxItems"] + 1)
    if "items" in schema:
        yield [NO_VALUE]
    if schema.keys() & {"enum", "pattern", "minLength", "const", "format"}:
        yield "x" if "minLength" not in schema else ""
    if schema.get("type") in ("integer", "boolean", "object"):
        yield "x"
