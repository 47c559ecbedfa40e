"""An OpenAPI 3.1 document of a door, read from its routing table and its resources."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from flask import Flask
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from werkzeug.routing import Rule

from common.utils.converters import MAX_VERSION
from common.utils.http.describing import Description, description_of
from common.utils.http.idempotency import HEADER, MAX_CHARACTERS
from common.utils.http.taking import models_of
from common.utils.output import CsvResponse, Resource
from common.utils.parameters.basic import MAX_ID

Json = dict[str, Any]

VERSION: Final = "3.1.0"
SCHEMAS: Final = "#/components/schemas/{model}"
ERROR: Final = {"$ref": "#/components/responses/Error"}
VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Where the document shows what methods take, by place.
PARAMETERS: Final = {"query": "query", "headers": "header"}
BODIES: Final = {"body": ("application/json", True), "files": ("multipart/form-data", False)}
SECURITY: Final[dict[str, list[Json]]] = {
    "none": [],
    "optional": [{}, {"token": []}],
    "refresh": [{"refreshToken": []}],
}
LOGGED_IN: Final[list[Json]] = [{"token": []}]
PATH_SCHEMAS: Final[dict[str, Json]] = {
    "id": {"type": "integer", "minimum": 1, "maximum": MAX_ID},
    "version": {"type": "integer", "minimum": 0, "maximum": MAX_VERSION},
    "mobile": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
}
KEY_SCHEMA: Final[Json] = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_CHARACTERS,
    "description": "Names this request: sent again with it, it has no second effect",
}

_VARIABLE: Final = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


@dataclass(frozen=True)
class _Operation:
    """One verb of one route with everything known about it."""

    rule: Rule
    verb: str
    summary: str
    description: Description
    taken: Mapping[str, type[BaseModel]]  # by place
    status: int  # of success
    result: Any  # type of the data then; None when there is none


def describe(app: Flask, *, title: str, version: str, servers: Sequence[str]) -> Json:
    """The document of one door."""
    operations = [*_operations(app)]
    schemas = _Schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        path = _VARIABLE.sub(r"{\g<name>}", operation.rule.rule)
        paths.setdefault(path, {})[operation.verb.lower()] = _render(operation, schemas)
    rendered = [each for verbs in paths.values() for each in verbs.values()]
    tags = sorted({tag for each in rendered for tag in each["tags"]})
    return {
        "openapi": VERSION,
        "info": {"title": title, "version": version},
        "servers": [{"url": url} for url in servers],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {"Error": _ERROR_RESPONSE},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _operations(app: Flask) -> Iterator[_Operation]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        resource = getattr(app.view_functions[rule.endpoint], "view_class", None)
        if resource is None:
            continue
        for verb in VERBS:
            if verb in (rule.methods or ()):
                method = getattr(resource, verb.lower())
                taken = models_of(method)
                description = _complete(resource, verb, method, taken)
                yield _Operation(
                    rule, verb, _summary(method), description, taken, *_success(method)
                )


def _complete(
    resource: type[Resource],
    verb: str,
    method: Callable[..., Any],
    taken: Mapping[str, type[BaseModel]],
) -> Description:
    """What was described, completed from decorators, docstring and what is taken."""
    own = description_of(method)
    guards = [description_of(guard) for guard in resource.decorators_of(verb)]
    errors = {*own.errors, *(status for guard in guards for status in guard.errors)}
    if taken:
        errors.add(HTTPStatus.BAD_REQUEST)
    return replace(
        own,
        auth=own.auth or next((guard.auth for guard in guards if guard.auth), "none"),
        errors=tuple(sorted(errors)),
    )


def _summary(method: Callable[..., Any]) -> str:
    """The first line of the docstring, without its markup."""
    return (inspect.getdoc(method) or "").partition("\n")[0].replace("``", "")


def _success(method: Callable[..., Any]) -> tuple[int, Any]:
    """Status and type of data that ``method`` is annotated to answer; the type None for none.

    :raises TypeError: a status that is no literal, so that nobody knows it
    """
    answer = get_type_hints(method, include_extras=True)["return"]
    status: int = HTTPStatus.OK
    if get_origin(answer) is tuple:
        answer, kind, *_ = get_args(answer)
        if get_origin(kind) is not Literal:
            raise TypeError(f"{method.__qualname__}: the status must be a literal, as in Created")
        (status,) = get_args(kind)
    return status, None if answer is NoneType else answer


class _Schemas:
    """JSON Schemas of all models of a door, with shared definitions."""

    def __init__(self, operations: Sequence[_Operation]) -> None:
        self._inputs: dict[Any, Json] = {}
        self._outputs: dict[Any, Json] = {}
        wanted: list[tuple[Any, JsonSchemaMode]] = []
        for each in operations:
            wanted += [(model, "validation") for model in each.taken.values()]
            if each.result is not None and each.result is not CsvResponse:
                wanted.append((each.result, "serialization"))
        adapters = [(index, mode, TypeAdapter(kind)) for index, (kind, mode) in enumerate(wanted)]
        schemas, definitions = TypeAdapter.json_schemas(adapters, ref_template=SCHEMAS)
        self.components: Json = definitions.get("$defs", {})
        for (index, mode), schema in schemas.items():
            target = self._inputs if mode == "validation" else self._outputs
            target[_key(wanted[index][0])] = schema

    def of_input(self, model: type[BaseModel]) -> Json:
        """Of a request."""
        return self._inputs[_key(model)]

    def of_output(self, kind: Any) -> Json:
        """Of the data member of an answer."""
        return self._outputs[_key(kind)]

    def fields_of(self, model: type[BaseModel]) -> Iterator[tuple[str, Json, bool]]:
        """Name, schema and "must be given" of each parameter of a query or of headers."""
        schema = self.of_input(model)
        if "$ref" in schema:
            schema = self.components[schema["$ref"].rpartition("/")[2]]
        for name, field in schema.get("properties", {}).items():
            yield name, field, name in schema.get("required", ())


def _key(kind: Any) -> str:
    return repr(kind)


def _render(operation: _Operation, schemas: _Schemas) -> Json:
    description = operation.description
    path = re.sub(r"\W+", "_", operation.rule.rule).strip("_")
    rendered: Json = {
        "operationId": f"{operation.verb.lower()}_{path}",
        "summary": operation.summary,
        "tags": operation.rule.endpoint.split(".")[:1],
        "security": SECURITY.get(description.auth or "none", LOGGED_IN),
        "parameters": [*_parameters(operation, schemas)],
        "responses": _responses(operation, schemas),
    }
    for place, (content_type, required) in BODIES.items():
        if model := operation.taken.get(place):
            content = {content_type: {"schema": schemas.of_input(model)}}
            rendered["requestBody"] = {"required": required, "content": content}
    return rendered


def _parameters(operation: _Operation, schemas: _Schemas) -> Iterator[Json]:
    for match in _VARIABLE.finditer(operation.rule.rule):
        schema = PATH_SCHEMAS.get(match["kind"] or "string", {"type": "string"})
        yield {"name": match["name"], "in": "path", "required": True, "schema": schema}
    for place, position in PARAMETERS.items():
        if model := operation.taken.get(place):
            for name, schema, required in schemas.fields_of(model):
                yield {"name": name, "in": position, "required": required, "schema": schema}
    if _is_repeatable(operation):
        yield {"name": HEADER, "in": "header", "required": False, "schema": KEY_SCHEMA}


def _is_repeatable(operation: _Operation) -> bool:
    """Whether the header is in force: a POST of somebody who is logged in."""
    return operation.verb == "POST" and operation.description.auth not in (None, "none", "refresh")


def _responses(operation: _Operation, schemas: _Schemas) -> Json:
    status = operation.status
    success: Json = {"description": HTTPStatus(status).phrase}
    if operation.result is CsvResponse:
        success["content"] = {"text/csv": {"schema": {"type": "string"}}}
    elif status != HTTPStatus.NO_CONTENT:
        schema = _envelope(operation.result, schemas)
        success["content"] = {"application/json": {"schema": schema}}
    errors = set(operation.description.errors)
    if operation.rule.arguments:
        errors.add(HTTPStatus.NOT_FOUND)
    if _is_repeatable(operation):
        errors.add(HTTPStatus.CONFLICT)
    if operation.verb == "GET":
        errors.add(HTTPStatus.TOO_MANY_REQUESTS)  # of the read budget
    refused = {
        str(int(code)): {**ERROR, "description": HTTPStatus(code).phrase} for code in sorted(errors)
    }
    return {str(int(status)): success, **refused, "default": ERROR}


def _envelope(result: Any, schemas: _Schemas) -> Json:
    if "message" in getattr(result, "__required_keys__", ()):
        return schemas.of_output(result)  # is sent without one (common/utils/output.py)
    members: Json = {"message": {"const": "OK"}}
    if result is not None:
        members["data"] = schemas.of_output(result)
    return {"type": "object", "properties": members, "required": [*members]}


_ERROR_RESPONSE: Final[Json] = {
    "description": "Any other refusal or failure",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "message": {"type": "string"},
                    "errors": {
                        "description": "The first parameter that is wrong, and why",
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                        "maxProperties": 1,
                    },
                },
            }
        }
    },
}
_SECURITY_SCHEMES: Final[Json] = {
    name: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": text}
    for name, text in {
        "token": "The token of a login.",
        "refreshToken": "The refresh token of a login.",
    }.items()
}
