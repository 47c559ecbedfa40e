"""The outermost layer of a door: what every answer gets, whatever happens inside.

Request id, CORS (preflights included), security headers, the access line and the request
metrics live in one WSGI wrapper, because as Flask hooks they would cost several times as much
and would miss the answers that Flask gives without calling hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from time import perf_counter, time
from typing import Any, Final

import structlog

from common.extensions import db
from common.extensions.observing import metrics
from common.extensions.web.cors import Headers, Origins
from common.extensions.web.routes import ROUTE_KEY
from common.utils import media
from common.utils.http.client_address import Networks, address_of, origin_of
from common.utils.observing import acting, metering, request_id
from common.utils.observing.access_log import FinishedRequest, write_access

log = structlog.get_logger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

SECURITY: Final[Headers] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
]
# Answers depend on who asks; what may be kept says so itself.
PRIVATE: Final = ("Cache-Control", "no-store")
DEFECT_BODY: Final = b'{"message":"Internal Server Error"}\n'
NO_STATUS: Final = "500"


class WsgiEdge:
    """Wraps the WSGI callable of one door."""

    def __init__(self, app: WsgiApp, door: str, origins: Origins, proxies: Networks) -> None:
        self._app = app
        self._door = door
        self._origins = origins
        self._proxies = proxies
        self._everywhere = lru_cache(maxsize=256)(self._headers_of_all_answers)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        began = perf_counter()
        before = metering.spent()
        identifier = request_id.begin(environ.get("HTTP_X_REQUEST_ID"))
        acting.begin()
        media.use_origin(origin_of(environ, self._proxies))
        origin: str | None = environ.get("HTTP_ORIGIN")
        status_line = NO_STATUS

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            nonlocal status_line
            status_line = status
            is_private = "Cache-Control" not in dict(headers)
            headers += self._everywhere(origin)
            headers.append((request_id.HEADER, identifier))
            if is_private:
                headers.append(PRIVATE)
            if exc_info:
                return start_response(status, headers, exc_info)
            return start_response(status, headers)

        try:
            if origin is not None and environ["REQUEST_METHOD"] == "OPTIONS":
                return self._preflight(environ, start_response, origin, identifier)
            return self._app(environ, start)
        except Exception:  # a defect below Flask's own handling
            log.exception("unexpected_error")
            start("500 INTERNAL SERVER ERROR", [("Content-Type", "application/json")])
            return [DEFECT_BODY]
        finally:
            db.release()
            self._account(environ, identifier, status_line[:3], perf_counter() - began, before)

    def _headers_of_all_answers(self, origin: str | None) -> Headers:
        return [*SECURITY, *self._origins.answer_headers(origin)]

    def _preflight(
        self, environ: Environ, start_response: StartResponse, origin: str, identifier: str
    ) -> list[bytes]:
        """Answered here for every path, known or not, and for every caller."""
        requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        headers = self._origins.preflight_headers(origin, requested)
        start_response("204 NO CONTENT", [*headers, *SECURITY, (request_id.HEADER, identifier)])
        return []

    def _account(
        self,
        environ: Environ,
        identifier: str,
        status: str,
        seconds: float,
        before: tuple[int, int],
    ) -> None:
        sql, stages = metering.spent()
        sql, stages = sql - before[0], stages - before[1]
        route: str | None = environ.get(ROUTE_KEY)
        method: str = environ["REQUEST_METHOD"]
        address = address_of(environ, self._proxies)
        figures = (self._door, method, route, status, seconds, sql, stages)
        request = FinishedRequest(*figures, address, identifier, time())
        metrics.count_request(request)
        write_access(request)
