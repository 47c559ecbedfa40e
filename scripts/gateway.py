"""The gateway: one WSGI callable with all doors under their public prefixes (design.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from werkzeug.wrappers import Request

import mis.main
import mp.main
import toutiao.main
from common.extensions.db import init_db
from common.extensions.docs import docs_pages
from common.extensions.health import Check, health_app, store_checks
from common.extensions.limiter import init_limiter
from common.extensions.redis import init_redis
from common.extensions.web import Application
from common.extensions.web.cors import Origins
from common.extensions.web.edge import Edge
from common.extensions.web.pages import Page, media, not_found, only_reading, route_map
from common.services import identifiers, passport
from common.settings import Settings, load
from common.utils import clock
from common.utils import media as media_addresses
from common.utils.client_address import Networks
from common.utils.logging import setup_logging
from common.utils.storage import LocalStorage, build

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

# First path segment → (public prefix, door, path of the door), longest prefix first.
MOUNTS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "v1_0": (("/v1_0/mp/", "mp", "/v1_0/"), ("/v1_0/", "user", "/v1_0/")),
    "v1_1": (("/v1_1/", "user", "/v1_1/"),),
    "app": (
        ("/app/v1_0/", "user", "/v1_0/"),
        ("/app/v1_1/", "user", "/v1_1/"),
        ("/app/imtest/", "user", "/imtest/"),
    ),
    "imtest": (("/imtest/", "user", "/imtest/"),),
    "mp": (("/mp/v1_0/", "mp", "/v1_0/"),),
    "mis": (
        ("/mis/v1_0/", "mis", "/v1_0/"),
        # The published document prints the prefix twice for these (contract/admin.md §1.1).
        ("/mis/mis/v1_0/permissions/", "mis", "/v1_0/permissions/"),
    ),
}
ROUTE_MAPS: Final = {
    "/": "user",
    "/app": "user",
    "/app/": "user",
    "/mp": "mp",
    "/mp/": "mp",
    "/mis": "mis",
    "/mis/": "mis",
}
HEALTH_PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})
PROXY_PREFIX: Final = "/api"  # some clients come through a proxy that does not strip it
MEDIA_PREFIX: Final = "/media/"


class Gateway:
    """Sends each request to the door its path belongs to, or answers it itself."""

    def __init__(self, apps: dict[str, Application], inside: WsgiApp) -> None:
        self._mounts = {
            segment: tuple((prefix, apps[door].wsgi_app, path) for prefix, door, path in mounts)
            for segment, mounts in MOUNTS.items()
        }
        self._inside = inside

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ["PATH_INFO"]
        if path.startswith("/api/"):
            path = path[len(PROXY_PREFIX) :]
            environ["PATH_INFO"] = path
        for prefix, app, inner in self._mounts.get(path[1:].partition("/")[0], ()):
            if path.startswith(prefix):
                environ["PATH_INFO"] = inner + path[len(prefix) :]
                return app(environ, start_response)
        return self._inside(environ, start_response)


class Inside:
    """Everything that belongs to no door."""

    def __init__(self, pages: dict[str, Page], health: WsgiApp, storage: LocalStorage | None):
        self._pages = pages
        self._health = health
        self._storage = storage

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] in HEALTH_PATHS:
            return self._health(environ, start_response)
        response = self._page(environ["PATH_INFO"])(Request(environ))
        return response(environ, start_response)

    def _page(self, path: str) -> Page:
        storage = self._storage
        if storage is not None and path.startswith(MEDIA_PREFIX):
            return only_reading(lambda request: media(storage, path[len(MEDIA_PREFIX) :], request))
        return self._pages.get(path, lambda _request: not_found())


def create_gateway(settings: Settings) -> WsgiApp:
    """All doors and pages. Connects nothing."""
    apps = {
        "user": toutiao.main.create_app(settings),
        "mp": mp.main.create_app(settings),
        "mis": mis.main.create_app(settings),
    }
    pages = docs_pages(apps, settings)
    if settings.route_map_enabled:
        pages |= {path: only_reading(route_map(apps[door])) for path, door in ROUTE_MAPS.items()}
    storage = build(settings)
    inside = Inside(
        pages,
        health_app(settings, [*store_checks(), Check("ids", identifiers.is_ready, needed=True)]),
        storage if isinstance(storage, LocalStorage) else None,
    )
    origins = Origins(settings, credentials=False)
    edge = Edge(inside, "gateway", origins, Networks(settings.trusted_proxies))
    return Gateway(apps, edge)


def bind(settings: Settings) -> None:
    """Tell the parts of this process what they are configured with. Connects nothing."""
    setup_logging(settings, process="web")
    clock.init(settings.tz)
    media_addresses.init(media_url=settings.media_url, default_avatar=settings.default_avatar)
    init_db(settings)
    init_redis(settings)
    init_limiter(settings)
    identifiers.init(settings)
    passport.init(settings)


def create() -> WsgiApp:
    """What the WSGI server calls to get its application."""
    settings = load()
    bind(settings)
    return create_gateway(settings)
