"""What the gateway answers itself: route maps, the API description, stored pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response
from werkzeug.wrappers import Request

from common.utils.http.read_budget import ReadBudget
from common.utils.networks import Networks, address_of
from common.utils.output import JsonResponse, dump
from common.utils.storage import LocalStorage

Page = Callable[[Request], Response]

NOT_FOUND_TEXT: Final = (
    "The requested URL was not found on the server. If you entered the URL manually please "
    "check your spelling and try again."
)
NOT_ALLOWED_TEXT: Final = "The method is not allowed for the requested URL."
TOO_MUCH_TEXT: Final = "Too many requests."
READING_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_ALLOW: Final = ("Allow", ", ".join(READING_METHODS))
# Keys of stored objects are random or follow from the content: what one means never changes.
PUBLIC_MEDIA: Final = "public, max-age=31536000, immutable"
PRIVATE_MEDIA: Final = "private, no-store"


def not_found() -> Response:
    """404 in the words of all doors."""
    return JsonResponse(dump({"message": NOT_FOUND_TEXT}), HTTPStatus.NOT_FOUND)


def not_allowed() -> Response:
    """405 for a page that can only be read."""
    answer = {"message": NOT_ALLOWED_TEXT}
    return JsonResponse(dump(answer), HTTPStatus.METHOD_NOT_ALLOWED, [_ALLOW])


def too_much(wait_seconds: int) -> Response:
    """429 in the words of all doors."""
    headers = [("Retry-After", str(wait_seconds))]
    return JsonResponse(dump({"message": TOO_MUCH_TEXT}), HTTPStatus.TOO_MANY_REQUESTS, headers)


def route_map(app: Flask) -> Page:
    """Endpoint to path template, flat and without envelope (contract/user-app.md §13.1)."""

    def page(_request: Request) -> Response:
        routes = {rule.endpoint: rule.rule for rule in reversed([*app.url_map.iter_rules()])}
        return JsonResponse(dump(dict(sorted(routes.items()))))

    return page


def media(storage: LocalStorage, key: str, request: Request) -> Response:
    """A stored picture, declared as what it was stored as and nothing else."""
    file = storage.find(
        key,
        expires=request.args.get("expires", ""),
        signature=request.args.get("signature", ""),
    )
    if file is None:
        return not_found()
    is_signed = "signature" in request.args
    return _send(
        file.path, file.content_type, PRIVATE_MEDIA if is_signed else PUBLIC_MEDIA, request
    )


def _send(path: Path, content_type: str, cache: str, request: Request) -> Response:
    response = Response(content_type=content_type)
    response.headers.extend(
        [
            ("Cache-Control", cache),
            ("Content-Disposition", "inline"),
            # A picture that a browser takes for a page must not run there.
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Cross-Origin-Resource-Policy", "cross-origin"),
        ]
    )
    stat = path.stat()
    response.last_modified = datetime.fromtimestamp(stat.st_mtime, UTC)
    response.set_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    response.make_conditional(request)
    if response.status_code == HTTPStatus.OK:
        response.data = path.read_bytes()  # an upload: a few megabytes at most
    return response


def within_budget(page: Page, reads: ReadBudget | None, proxies: Networks) -> Page:
    """``page``, but not more often than an address may read; 429 says when to come back."""
    if reads is None:
        return page

    def bounded(request: Request) -> Response:
        wait = reads.take(address_of(request.environ, proxies))
        return too_much(wait) if wait else page(request)

    return bounded


def only_reading(page: Page) -> Callable[[Request], Any]:
    """``page`` for GET and HEAD; OPTIONS is told of them, and other methods are refused."""

    def reading(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers=[_ALLOW])
        return page(request) if request.method in READING_METHODS else not_allowed()

    return reading
