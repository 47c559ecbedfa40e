"""Reading a JSON request body strictly: what every parser of the world agrees on, or 400."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

from common.utils.http.aside import USUAL, Misplaced, Sizes, set_aside

LARGE_BYTES: Final = 1024 * 1024
LONG_TEXT: Final = 4096  # bytes
MAX_LEVELS: Final = 100  # of nesting; deeper bodies are attacks (contract/security.md row 51)


class MalformedJson(Exception):
    """The body is no JSON object that can be trusted to mean one thing."""


class NotAnObject(MalformedJson):
    """The body is sound JSON of another kind."""


class _RepeatedName(ValueError):
    """An object names one member twice."""


def decode(body: bytes, sizes: Sizes = USUAL) -> dict[str, Any]:
    """The object in ``body``; a blank body is an empty object.

    Pictures in a large body are not parsed (utils/http/aside.py): others would have to wait for it.

    :raises MalformedJson: syntax, nesting, repeated names, or not an object
    """
    aside = set_aside(body, sizes)
    if aside is not None:
        members = _decoded(aside.rest)
        try:
            return aside.put_back(members)
        except Misplaced:
            pass  # a picture as a name, or deep within: it means the same, only more slowly
    return _decoded(body)


def _decoded(body: bytes) -> dict[str, Any]:
    """As :func:`decode`, all of it parsed.

    Two passes: orjson refuses bad UTF-8, BOM, NaN, infinite numbers and trailing garbage; the
    second pass refuses repeated names, which orjson accepts, and keeps integers beyond 64 bits
    exact, which orjson turns into floats. Halves of characters are repaired before, see
    :func:`whole`. Of a large body, which is one long text and little else, the second pass only
    looks at names: it would need its memory twice more.
    """
    if not body.strip():
        return {}
    body = whole(body)
    try:
        shape = orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > MAX_LEVELS and _levels(shape) > MAX_LEVELS:
            raise MalformedJson("nested too deep")
        if len(body) > LARGE_BYTES:
            _DECODER.decode(_without_long_texts(body).decode())
            value = shape
        else:
            value = _DECODER.decode(body.decode())
    except ValueError as error:
        raise MalformedJson(str(error)) from error
    if not isinstance(value, dict):
        raise NotAnObject("not an object")
    return value


def _without_long_texts(body: bytes) -> bytes:
    """Sound JSON with long texts emptied, unless they are names."""
    return _TEXT.sub(_emptied, body)


def _emptied(found: re.Match[bytes]) -> bytes:
    is_long = found.end() - found.start() > LONG_TEXT
    return b'""' if is_long and found["is_name"] is None else found[0]


def whole(body: bytes) -> bytes:
    """``body`` without lone surrogates, the halves of characters that clients cut in two.

    Each becomes U+FFFD; two halves that belong together become their character. No text with a
    surrogate could be kept, logged or answered.
    """
    if b"\\u" in body:
        body = _ESCAPE.sub(_repaired_escape, body)
    return _ENCODED.sub(_repaired, body) if b"\xed" in body else body


def _repaired_escape(found: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if found[1] else found[0]


def _repaired(found: re.Match[bytes]) -> bytes:
    halves = found[0].decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace").encode()


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise _RepeatedName("repeated name")
    return value


def _levels(value: Any) -> int:
    """Depth of nesting, walked level by level so that no stack is needed."""
    levels = 0
    layer = [value]
    while layer and levels <= MAX_LEVELS:
        layer = [
            child
            for parent in layer
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        levels += 1
    return levels


# Every escape, so that a backslash that is itself escaped begins none; pairs before single halves.
_ESCAPE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)
# Surrogates in the bytes of UTF-8, where no sound text has these.
_ENCODED: Final = re.compile(
    rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]|\xed[\xa0-\xbf][\x80-\xbf]"
)
_TEXT: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"(?P<is_name>[ \t\r\n]*:)?', re.DOTALL)
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique)
