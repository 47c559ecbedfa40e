"""How a door renders what went wrong: always JSON, never more than the caller may know."""

from __future__ import annotations

import errno
from collections import defaultdict
from http import HTTPStatus
from typing import Any, Final

import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from common.errors import Closed, Conflict, DependencyUnavailable, DomainError
from common.utils.background.errands import Complaints
from common.utils.output import JsonResponse, dump

log = structlog.get_logger(__name__)

NO_ROOM: Final = frozenset({errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EROFS})
UNEXPECTED: Final = "Internal Server Error"

# Codes a door answers differently from the rest (admin.md §1.2, media-platform.md §2.18).
DOOR_STATUSES: Final[dict[str, dict[type[DomainError], HTTPStatus]]] = {
    "mp": {Closed: HTTPStatus.FORBIDDEN},
    "mis": {Conflict: HTTPStatus.FORBIDDEN},
}


_complaints: Final[defaultdict[str, Complaints]] = defaultdict(Complaints)


def render_errors(app: Flask, door: str) -> None:
    """Install the error handlers of a door."""
    statuses = DOOR_STATUSES.get(door, {})

    def refuse(error: DomainError) -> Response:
        status = statuses.get(type(error), error.status)
        if isinstance(error, DependencyUnavailable):
            about = error.dependency
            _complaints[about].utter("dependency_unavailable", dependency=about)
        body: dict[str, Any] = {"message": error.message}
        if error.reasons is not None:
            body["errors"] = error.reasons
        if error.data is not None:
            body["data"] = error.data
        after = error.retry_after
        headers = [] if after is None else [("Retry-After", str(after))]
        return JsonResponse(dump(body), status, headers)

    def refuse_by_system(error: OSError) -> Response:
        """What the machine refuses: a disk without room, say, for a body or a file."""
        if error.errno in NO_ROOM:
            return refuse(DependencyUnavailable("disk"))
        return _render_defect(error)

    app.register_error_handler(DomainError, refuse)
    app.register_error_handler(OSError, refuse_by_system)
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
