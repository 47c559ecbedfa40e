"""What a resource answers with: the envelope, and the thin Flask-RESTful door around it.

A method returns the ``data`` member of the envelope, or ``(data, status)``, or
``(data, status, headers)``; see :func:`respond` for what data may be. Its annotation says which,
the status as a literal (:data:`Created`): the API description repeats it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, Final, Literal

import flask_restful
import orjson
from flask import Flask, Response
from pydantic import BaseModel
from werkzeug.datastructures import Headers

from common.errors import TemporarilyUnavailable, TransactionConflict
from common.utils.http import current
from common.utils.http.idempotency import idempotent
from common.utils.http.taking import taking
from common.utils.text import csv_lines

Method = Callable[..., Any]
Decorator = Callable[[Method], Method]
# The status that a method answers beside its data; one without any answers 200.
Created = Literal[HTTPStatus.CREATED]
NoContent = Literal[HTTPStatus.NO_CONTENT]
HeaderList = Sequence[tuple[str, str]] | Mapping[str, str]

JSON_TYPE: Final = "application/json"
# Plain numbers: Python 3.11 looks members of an enumeration up in Python code.
OK: Final = HTTPStatus.OK.value
NO_CONTENT: Final = HTTPStatus.NO_CONTENT.value
ATTEMPTS: Final = 3  # of a method whose transaction the database gave up
LONGEST_PAUSE_SECONDS: Final = 0.05  # before the second attempt; doubles for the third

_OPEN: Final = b'{"message":"OK","data":'
_CLOSE: Final = b"}\n"
_BARE_OK: Final = b'{"message":"OK"}\n'
_OPTIONS: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_OMIT_MICROSECONDS


class JsonResponse(Response):
    """A JSON body in one piece; skips what Werkzeug does for redirects and streams.

    The usual one, a 200 without headers of its own, is put together by hand. Whatever is changed
    later (status, headers, body) is changed as in any other response.
    """

    default_mimetype = JSON_TYPE
    # What Werkzeug's constructor would set; see docs/adr/0008-flask-contexts.md.
    direct_passthrough = False
    _status = "200 OK"
    _status_code = OK

    def __init__(self, body: bytes, status: int = OK, headers: HeaderList | None = None) -> None:
        self._ready = [body]
        if headers:
            super().__init__(self._ready, status, headers, content_type=JSON_TYPE)
            self.headers["Content-Length"] = str(len(body))
            return
        self.headers = Headers()
        self.headers._list += (  # noqa: SLF001 - checked, as Headers.set does, they stay the same
            ("Content-Type", JSON_TYPE),
            ("Content-Length", str(len(body))),
        )
        self.response = self._ready
        self._on_close = []
        if status != OK:
            self.status_code = status

    def get_wsgi_response(
        self, environ: dict[str, Any]
    ) -> tuple[list[bytes], str, list[tuple[str, str]]]:
        """Body, status line and headers, exactly as they go out."""
        body: list[bytes] = []
        # The length is among the headers since the body was set. Named twice, it makes the web
        # server cut the connection instead of answering HEAD.
        if environ["REQUEST_METHOD"] != "HEAD":
            body = self._ready if self.response is self._ready else [self.get_data()]
        return body, self._status, self.headers._list.copy()  # noqa: SLF001 - as to_wsgi_list does


class CsvResponse(Response):
    """A table to be saved under a name, sent while it is made: however long, it takes no room."""

    default_mimetype = "text/csv"

    def __init__(
        self, file_name: str, header: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> None:
        super().__init__(csv_lines.lines(header, rows))
        self.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'


class EmptyResponse(Response):
    """204: no body, no content type."""

    def __init__(self, headers: HeaderList | None = None) -> None:
        super().__init__(None, HTTPStatus.NO_CONTENT, headers)
        self.headers.remove("Content-Type")


def respond(answer: Any) -> Response:
    """The HTTP answer for what a method returned.

    Data may be a JSON value, a pydantic model or a ready ``Response``.
    A dict that has a ``message`` of its own is sent without the envelope
    (contract/media-platform.md §1.2); None is ``{"message": "OK"}``, or nothing with 204.
    """
    if type(answer) is dict:  # nearly all
        return JsonResponse(envelope(answer))
    status: int = OK
    headers: HeaderList | None = None
    if type(answer) is tuple:
        answer, status, *rest = answer
        headers = rest[0] if rest else None
    if isinstance(answer, Response):
        return answer
    if status == NO_CONTENT:
        return EmptyResponse(headers)
    return JsonResponse(envelope(answer), status, headers)


def envelope(data: Any) -> bytes:
    """The body around ``data``: UTF-8 JSON, ends with a newline (contract/user-app.md §1.2)."""
    if isinstance(data, dict):
        whole = data if "message" in data else {"message": "OK", "data": data}
        return orjson.dumps(whole, _encode, _OPTIONS)
    if isinstance(data, BaseModel):
        return _OPEN + data.__pydantic_serializer__.to_json(data, by_alias=True) + _CLOSE
    if data is None:
        return _BARE_OK
    return dump({"message": "OK", "data": data})


def dump(value: Any) -> bytes:
    """``value`` as one line of JSON; models and ``orjson.Fragment`` may occur anywhere inside."""
    return orjson.dumps(value, _encode, _OPTIONS)


def _encode(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return orjson.Fragment(value.__pydantic_serializer__.to_json(value, by_alias=True))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def repeating(method: Method) -> Method:
    """Run ``method`` again when the database gave its transaction up, a few times.

    A give-up keeps nothing (:class:`TransactionConflict`), so the whole verb may be repeated.
    """

    @wraps(method)
    def attempt(**arguments: Any) -> Any:
        try:
            return method(**arguments)
        except TransactionConflict:
            pass  # not tried again in here, or this would be the context of what is raised then
        return _attempt_again(method, arguments, ATTEMPTS - 1, LONGEST_PAUSE_SECONDS)

    return attempt


def _attempt_again(method: Method, arguments: dict[str, Any], tries: int, pause: float) -> Any:
    time.sleep(random.uniform(0, pause))  # noqa: S311 - spreads retries, guards nothing
    try:
        return method(**arguments)
    except TransactionConflict as conflict:
        if tries == 1:
            raise TemporarilyUnavailable("sql", retry_after=1) from conflict
    return _attempt_again(method, arguments, tries - 1, pause * 2)


class Resource(flask_restful.Resource):  # type: ignore[misc] # flask_restful is untyped
    """A REST resource: one method per verb, answered by :func:`respond`.

    Everything that does not depend on the request (which method, its decorators) is decided at
    registration: plain Flask-RESTful repeats it, and content negotiation, per request, which
    doubles the price of a request. One instance serves all requests, so it holds no state.
    """

    method_decorators: ClassVar[Sequence[Decorator] | Mapping[str, Sequence[Decorator]]] = ()
    # Its POST may be done twice, and must not be one transaction with its answer: it stores
    # objects, which cannot be rolled back.
    is_repeatable: ClassVar[bool] = False
    # Its POST does expensive things first, and says by ``once`` what belongs to its answer.
    prepares: ClassVar[bool] = False
    init_every_request = False

    @classmethod
    def decorators_of(cls, verb: str) -> Sequence[Decorator]:
        """Those of one verb; as in Flask-RESTful, the last one is the outermost."""
        declared = cls.method_decorators
        if isinstance(declared, Mapping):
            return declared.get(verb.lower(), ())
        return declared

    @classmethod
    def as_view(cls, name: str, *args: Any, **kwargs: Any) -> Callable[..., Response]:
        """The view function of this class; ``name`` is the endpoint."""
        verbs = _verbs(cls(*args, **kwargs))

        def view(**arguments: Any) -> Response:
            return respond(verbs[current.request().method](**arguments))

        view.__name__ = name
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        # What Flask, Flask-RESTful and the API description read from a view function.
        vars(view).update(view_class=cls, methods=cls.methods, provide_automatic_options=None)
        return view


def _verbs(resource: Resource) -> dict[str, Method]:
    """Verb to its decorated method; HEAD is GET unless the class knows better."""
    verbs = {}
    for verb in resource.methods or ():
        method = taking(getattr(resource, verb.lower()))
        if verb == "POST":
            method = idempotent(
                method, respond, repeatable=resource.is_repeatable, prepares=resource.prepares
            )
        method = repeating(method)
        for decorator in resource.decorators_of(verb):
            method = decorator(method)
        verbs[verb] = method
    if "GET" in verbs:
        verbs.setdefault("HEAD", verbs["GET"])
    return verbs


class Api(flask_restful.Api):  # type: ignore[misc] # flask_restful is untyped
    """Registers resources; leaves errors to the handlers of the app.

    Plain Flask-RESTful answers a bare 500 for a domain error even when the app has a handler
    registered for it (style guide §8).
    """

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Always the app's own handler."""
        return original_handler(e)

    def output(self, resource: Method) -> Method:
        """The view as it is: a resource answers with a response already."""
        return resource


def add_routes(
    app: Flask, api: Api, domain: str, routes: Sequence[tuple[str, type[Resource]]]
) -> None:
    """Register a ``ROUTES`` table; endpoints are named ``<domain>.<resource>``."""
    urls: dict[type[Resource], list[str]] = {}
    for url, resource in routes:
        urls.setdefault(resource, []).append(url)
    for resource, paths in urls.items():
        name = resource.__name__.removesuffix("Resource").lower()
        api.add_resource(resource, *paths, endpoint=f"{domain}.{name}")
