"""How a door renders what went wrong: always JSON, never more than the caller may know."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Conflict, DependencyUnavailable, DomainError
from common.utils.output import JsonResponse, dump

log = structlog.get_logger(__name__)

UNEXPECTED: Final = "Internal Server Error"

# Codes a door answers differently from the rest (contract/admin.md §1.2).
DOOR_STATUSES: Final[dict[str, dict[type[DomainError], HTTPStatus]]] = {
    "mis": {Conflict: HTTPStatus.FORBIDDEN}
}


def render_errors(app: Flask, door: str) -> None:
    """Install the error handlers of a door."""
    statuses = DOOR_STATUSES.get(door, {})

    def refuse(error: DomainError) -> Response:
        status = statuses.get(type(error), error.status)
        if isinstance(error, DependencyUnavailable):
            log.error("dependency_unavailable", dependency=error.dependency)
        body: dict[str, Any] = {"message": error.message}
        if error.reasons is not None:
            body["errors"] = error.reasons
        after = error.retry_after
        headers = [] if after is None else [("Retry-After", str(after))]
        return JsonResponse(dump(body), status, headers)

    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(HTTPException, _render_http_error)
    app.register_error_handler(Exception, _render_defect)


def _render_http_error(error: HTTPException) -> BaseResponse:
    """What Flask and Werkzeug refuse: 404, 405 with ``Allow``, 413 and so on."""
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    kept = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    text = UNEXPECTED if error.code == HTTPStatus.INTERNAL_SERVER_ERROR else error.description
    return JsonResponse(dump({"message": text or error.name}), error.code, kept)


def _render_defect(error: Exception) -> Response:
    log.error("unexpected_error", exc_info=error)
    return JsonResponse(dump({"message": UNEXPECTED}), HTTPStatus.INTERNAL_SERVER_ERROR)
