"""The browsable API description: ``/docs`` and the documents it shows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response
from werkzeug.wrappers import Request

from common.extensions.description import openapi
from common.extensions.web.pages import Page, not_found, only_reading
from common.settings import Settings
from common.utils.networks import Networks, address_of
from common.utils.output import JsonResponse, dump

API_VERSION: Final = "1.0"
TITLES: Final = {"user": "Readers", "mp": "Editors", "mis": "Operators"}
SERVERS: Final = {"user": ("/", "/app"), "mp": ("/mp",), "mis": ("/mis",)}
STATIC: Final = Path(__file__).parent / "static"
FILES: Final = {
    "/docs": ("docs.html", "text/html; charset=utf-8"),
    "/docs/": ("docs.html", "text/html; charset=utf-8"),
    "/docs/docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "/docs/chat": ("chat.html", "text/html; charset=utf-8"),
    "/docs/chat.js": ("chat.js", "text/javascript; charset=utf-8"),
    "/docs/schema.js": ("schema.js", "text/javascript; charset=utf-8"),
    "/docs/docs.css": ("docs.css", "text/css; charset=utf-8"),
}
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def are_open(settings: Settings) -> bool:
    """Whether everybody may read them; in production those of ``METRICS_ALLOW`` only."""
    return settings.docs_are_open


def docs_pages(apps: Mapping[str, Flask], settings: Settings) -> dict[str, Page]:
    """Path to page; in production they exist for the addresses of ``METRICS_ALLOW`` only."""
    pages = {path: _file(name, kind) for path, (name, kind) in FILES.items()}
    pages |= {f"/openapi/{door}.json": _document(door, app) for door, app in apps.items()}
    if not are_open(settings):
        inside, proxies = Networks(settings.metrics_allow), Networks(settings.trusted_proxies)
        pages = {path: _only_for(page, inside, proxies) for path, page in pages.items()}
    return {path: only_reading(page) for path, page in pages.items()}


def _file(name: str, content_type: str) -> Page:
    def page(_request: Request) -> Response:
        headers = [
            ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
            ("Cache-Control", "no-cache"),
        ]
        body = (STATIC / name).read_bytes()
        return Response(body, content_type=content_type, headers=headers)

    return page


def _document(door: str, app: Flask) -> Page:
    @cache  # the routes do not change once the first request was served
    def document() -> bytes:
        return dump(
            openapi.describe(app, title=TITLES[door], version=API_VERSION, servers=SERVERS[door])
        )

    return lambda _request: JsonResponse(document())


def _only_for(page: Page, inside: Networks, proxies: Networks) -> Page:
    def guarded(request: Request) -> Response:
        is_inside = inside.contains(address_of(request.environ, proxies))
        return page(request) if is_inside else not_found()

    return guarded
