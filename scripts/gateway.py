"""The gateway: one WSGI callable with all doors under their public prefixes (design.md §3)."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Response
from werkzeug.wrappers import Request

import mis.main
import mp.main
import toutiao.main
from common import search
from common.extensions.description.docs import docs_pages
from common.extensions.observing.health import Check, health_app, process_checks, store_checks
from common.extensions.web import Application, budget_of_addresses
from common.extensions.web.cors import Origins
from common.extensions.web.edge import WsgiEdge
from common.extensions.web.face import Face, for_browsers
from common.extensions.web.pages import (
    Page,
    media,
    not_found,
    only_reading,
    route_map,
    within_budget,
)
from common.extensions.web.routes import ROUTE_KEY
from common.services import binding
from common.services.binding import Process
from common.services.ids import identifiers
from common.settings import Settings, load
from common.utils.background import heap
from common.utils.logging import setup_logging
from common.utils.networks import Networks
from common.utils.storage import LocalStorage, build
from scripts import greeting

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

# Public prefix → (door, path of the door).
MOUNTS: Final[dict[str, tuple[str, str]]] = {
    "/v1_0/": ("user", "/v1_0/"),
    "/v1_0/mp/": ("mp", "/v1_0/"),
    # Readers and editors share it (contract/clients.md §1).
    "/v1_0/mp/upload": ("user", "/v1_0/upload"),
    "/mp/v1_0/upload": ("user", "/v1_0/upload"),
    "/v1_1/": ("user", "/v1_1/"),
    "/app/v1_0/": ("user", "/v1_0/"),
    "/app/v1_1/": ("user", "/v1_1/"),
    "/app/imtest/": ("user", "/imtest/"),
    "/imtest/": ("user", "/imtest/"),
    "/mp/v1_0/": ("mp", "/v1_0/"),
    "/mis/v1_0/": ("mis", "/v1_0/"),
    # The published document prints the prefix twice for these (contract/admin.md §1.1).
    "/mis/mis/v1_0/permissions/": ("mis", "/v1_0/permissions/"),
    # And no version for these (admin.md §5.3).
    "/mis/permissions/": ("mis", "/v1_0/permissions/"),
    "/mis/users/": ("mis", "/v1_0/users/"),
}
# Any of them, the longest that fits.
_PREFIX: Final = re.compile("|".join(map(re.escape, sorted(MOUNTS, key=len, reverse=True))))
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
ARTICLE_PREFIX: Final = "/articles/"  # to be read in a browser
COLLECTOR_THRESHOLDS: Final = (20_000, 20, 50)


class Gateway:
    """Sends each request to the door its path belongs to, or answers it itself."""

    def __init__(self, apps: dict[str, Application], inside: WsgiApp) -> None:
        self._mounts = {
            prefix: (apps[door].wsgi_app, path) for prefix, (door, path) in MOUNTS.items()
        }
        self._inside = inside

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ["PATH_INFO"]
        if path.startswith("/api/"):
            path = path[len(PROXY_PREFIX) :]
            environ["PATH_INFO"] = path
        found = _PREFIX.match(path)
        if found is None:
            return self._inside(environ, start_response)
        prefix = found[0]
        app, inner = self._mounts[prefix]
        if inner != prefix:
            environ["PATH_INFO"] = inner + path[len(prefix) :]
        return app(environ, start_response)


class Inside:
    """Everything that belongs to no door."""

    def __init__(
        self,
        pages: dict[str, Page],
        article: Page,
        health: WsgiApp,
        storage: LocalStorage | None,
    ) -> None:
        self._pages = pages
        self._article = article
        self._health = health
        self._storage = storage

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ["PATH_INFO"]
        if path in HEALTH_PATHS:
            environ[ROUTE_KEY] = path
            return self._health(environ, start_response)
        if path.startswith(MEDIA_PREFIX) and self._storage is not None:
            environ[ROUTE_KEY] = MEDIA_PREFIX
            page = _media_page(self._storage, path[len(MEDIA_PREFIX) :])
        elif path.startswith(ARTICLE_PREFIX):
            environ[ROUTE_KEY] = ARTICLE_PREFIX
            page = self._article
        elif path in self._pages:
            environ[ROUTE_KEY] = path
            page = self._pages[path]
        else:
            page = _nothing
        return page(Request(environ))(environ, start_response)


def _media_page(storage: LocalStorage, key: str) -> Page:
    return only_reading(lambda request: media(storage, key, request))


def _nothing(_request: Request) -> Response:
    return not_found()


def create_gateway(settings: Settings) -> WsgiApp:
    """All doors and pages. Connects nothing."""
    apps = {
        "user": toutiao.main.create_app(settings),
        "mp": mp.main.create_app(settings),
        "mis": mis.main.create_app(settings),
    }
    storage, face = build(settings), greeting.face(apps, settings)
    proxies = Networks(settings.trusted_proxies)
    inside = Inside(
        _pages(apps, settings, face),
        only_reading(within_budget(face.article, budget_of_addresses(settings), proxies)),
        health_app(
            settings,
            [
                *store_checks(),
                Check("ids", identifiers.is_ready, needed=True),
                *([Check("search", search.is_ready)] if settings.elasticsearch_urls else []),
                *process_checks(settings),
            ],
        ),
        storage if isinstance(storage, LocalStorage) else None,
    )
    origins = Origins(settings, credentials=False)
    edge = WsgiEdge(inside, "gateway", origins, proxies)
    return Gateway(apps, edge)


def _pages(apps: dict[str, Application], settings: Settings, face: Face) -> dict[str, Page]:
    pages = docs_pages(apps, settings)
    if settings.route_map_enabled:
        pages |= {path: only_reading(route_map(apps[door])) for path, door in ROUTE_MAPS.items()}
    return pages | {"/": for_browsers(only_reading(face.front), pages.get("/", _nothing))}


def create() -> WsgiApp:
    """What the WSGI server calls to get its application."""
    settings = load()
    setup_logging(settings, process="web")
    binding.bind(settings, Process.WEB)
    gateway = create_gateway(settings)
    heap.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)  # requests leave next to no cycles behind
    return gateway
