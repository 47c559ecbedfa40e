"""Answers against the API document that existing clients were written for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "object[]": (list,),
    "string[]": (list,),
    "integer[]": (list,),
    "list": (list,),  # of whatever, or empty
    "null": (str, type(None)),  # a text that the document's example did not have
}


def missing(answer: Any, published: str) -> list[str]:
    """Fields of ``published`` that an answer lacks or that have another type.

    A line is ``data.results.art_id integer``: every element of a list must have it; a type with
    ``?`` behind it may be absent. A list must not be empty, or nothing would have been looked at.
    """
    complaints = []
    for line in published.split("\n"):
        if line.strip():
            name, kind = line.split()
            complaints += [f"{name}: {what}" for what in _complaints(answer, name, kind)]
    return complaints


def _complaints(answer: Any, name: str, kind: str) -> Iterator[str]:
    expected = kind.rstrip("?")
    for value in _values(answer, name.split(".")):
        if value is _ABSENT:
            if not kind.endswith("?"):
                yield "absent"
        elif not _fits(value, expected):
            yield f"{value!r} is no {expected}"
        elif expected.endswith("object[]") and not value:
            yield "empty"


_ABSENT = object()


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """What a path leads to, once for every element of the lists on the way."""
    if isinstance(value, list) and path:
        for element in value:
            yield from _values(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
    else:
        yield _ABSENT


def _fits(value: Any, kind: str) -> bool:
    if kind in ("integer", "number") and isinstance(value, bool):
        return False
    if kind.endswith("[]") and isinstance(value, list):
        return all(_fits(element, kind.removesuffix("[]")) for element in value)
    return isinstance(value, _KINDS[kind])
