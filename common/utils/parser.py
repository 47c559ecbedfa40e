"""Turning a request into a pydantic model, or into the contract's refusal.

Unknown members are ignored; the first failing parameter in declaration order is the one that is
reported (contract/user-app.md §1.2, §1.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from operator import methodcaller
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin
from urllib.parse import unquote_plus

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from common.errors import InvalidInput
from common.utils.http import current, json_body
from common.utils.parameters.basic import (
    INVALID,
    NULL_COUNTS,
    QUERY,
    ArticleId,
    Because,
    ChannelId,
    CommentId,
    Cursor,
    Flag,
    Id,
    Limit,
    Mobile,
    Natural,
    OneOf,
    OptionalId,
    Page,
    PerPage,
    SmsCode,
    Text,
    UserId,
    Whole,
)
from common.utils.parameters.times import (
    Date,
    DateTime,
    OptionalDate,
    OptionalDateTime,
    TimestampMs,
)

__all__ = [
    "NULL_COUNTS",
    "ArticleId",
    "Because",
    "ChannelId",
    "CommentId",
    "Cursor",
    "Date",
    "DateTime",
    "Flag",
    "Id",
    "Limit",
    "Mobile",
    "Natural",
    "OneOf",
    "OptionalDate",
    "OptionalDateTime",
    "OptionalId",
    "Page",
    "PerPage",
    "SmsCode",
    "Text",
    "TimestampMs",
    "UserId",
    "Whole",
    "parse_files",
    "parse_headers",
    "parse_json",
    "parse_query",
]

Model = TypeVar("Model", bound=BaseModel)

MAX_JSON_BYTES: Final = 1024 * 1024
MAX_QUERY_PARAMETERS: Final = 100
MALFORMED: Final = "The browser (or proxy) sent a request that this server could not understand."
MISSING_IN_JSON: Final = "Missing required parameter in the JSON body"
MISSING_IN_QUERY: Final = "Missing required parameter in the query string"
MISSING_IN_FORM: Final = "Missing required parameter in an uploaded file"
MISSING_IN_HEADERS: Final = "Missing required parameter in the HTTP headers"

_partition: Final = methodcaller("partition", "=")


def parse_json(
    model: type[Model], *, max_bytes: int = MAX_JSON_BYTES, not_an_object: str = MALFORMED
) -> Model:
    """The body as ``model``, whatever its content type says.

    Null is the same as absent, except for a required member whose type allows None, or one with
    :data:`NULL_COUNTS`.

    :param not_an_object: how other JSON values are refused

    :raises InvalidInput: malformed (without ``errors``), or a parameter is
    :raises RequestEntityTooLarge: more than ``max_bytes``
    """
    request = current.request()
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise InvalidInput(MALFORMED)  # a few compressed bytes may unpack to gigabytes
    # A body of unannounced length is cut off at the limit without a word: one more byte tells.
    request.max_content_length = max_bytes + 1
    body = request.get_data()
    if len(body) > max_bytes:  # or somebody has read it before, under a wider limit
        raise RequestEntityTooLarge
    try:
        members = json_body.decode(body)
    except json_body.NotAnObject as error:
        raise InvalidInput(not_an_object) from error
    except json_body.MalformedJson as error:
        raise InvalidInput(MALFORMED) from error
    nullable = _nullable(model)
    given = {
        name: value for name, value in members.items() if value is not None or name in nullable
    }
    return _validate(model, given, MISSING_IN_JSON, None)


def parse_query(model: type[Model]) -> Model:
    """The query string as ``model``: an empty value is absent, of a repeated one the first wins.

    A parameter whose type is a tuple takes all its values.

    :raises InvalidInput: a parameter is malformed or missing
    """
    query = _query_string()
    values: dict[str, Any] = dict(_first_values(query))
    for name in _repeatable(model):
        if name in values:
            values[name] = tuple(_values(query, name))
    return _validate(model, values, MISSING_IN_QUERY, QUERY)


def _values(query: str, wanted: str) -> Iterator[str]:
    for name, _, value in map(_partition, query.split("&")):
        if value and unquote_plus(name) == wanted:
            yield unquote_plus(value)


def _first_values(query: str) -> dict[str, str]:
    if not query:
        return {}
    if query.count("&") >= MAX_QUERY_PARAMETERS:
        raise InvalidInput(MALFORMED)
    parts = map(_partition, reversed(query.split("&")))  # backwards: the first is put last
    if "%" in query or "+" in query:
        return {unquote_plus(name): unquote_plus(value) for name, _, value in parts if value}
    return {name: value for name, _, value in parts if value}


def _query_string() -> str:
    """The query; letters that a client did not escape are UTF-8, one byte each (PEP 3333)."""
    raw: str = current.environ().get("QUERY_STRING", "")
    return raw if raw.isascii() else raw.encode("latin-1").decode(errors="replace")


def parse_files(model: type[Model]) -> Model:
    """Files of a multipart body, as bytes by field; of a repeated field the first.

    A field that a form left empty (no file name, no content) is absent.

    :raises InvalidInput: a file is missing
    """
    files: dict[str, bytes] = {}
    sent = current.request().files
    for name in model.model_fields:
        file = sent.get(name)
        if file is None:
            continue
        content = file.read()
        if content or file.filename:
            files[name] = content
    return _validate(model, files, MISSING_IN_FORM, None)


def parse_headers(model: type[Model]) -> Model:
    """The request headers that ``model`` names (by alias where the name has dashes).

    Web servers hand on as empty what is no ASCII: who sent that meant something by it.

    :raises InvalidInput: a header is malformed or missing
    """
    headers = current.request().headers
    given = {}
    for name, field in model.model_fields.items():
        value = headers.get(field.alias or name)
        if value or (value is not None and not field.is_required()):
            given[field.alias or name] = value
    return _validate(model, given, MISSING_IN_HEADERS, None)


def _validate(
    model: type[Model], values: dict[str, Any], missing: str, context: str | None
) -> Model:
    try:
        # model_validate() does just this, after looking at arguments that nobody gives.
        validated: Model = model.__pydantic_validator__.validate_python(values, context=context)
        return validated
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(_reason(first, missing)) from None


def _reason(error: ErrorDetails, missing: str) -> dict[str, str]:
    name = str(error["loc"][0])
    if error["type"] == "refused":
        context = error["ctx"]
        return {name: context["template"].format(name=name, **context["details"])}
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return {name: missing}
    return {name: INVALID}


@cache
def _nullable(model: type[BaseModel]) -> frozenset[str]:
    """Wire names of members for which null is a value: required ones whose type allows None, and
    those that say so (:data:`NULL_COUNTS`)."""
    return frozenset(
        field.alias or name
        for name, field in model.model_fields.items()
        if (field.is_required() and NoneType in get_args(field.annotation))
        or NULL_COUNTS in field.metadata
    )


@cache
def _repeatable(model: type[BaseModel]) -> tuple[str, ...]:
    """Wire names of the parameters that take all their values."""
    return tuple(
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is tuple
    )
