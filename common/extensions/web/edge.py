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
from common.utils.background import memories
from common.utils.http.read_budget import READING, ReadBudget
from common.utils.http.robots import is_reading
from common.utils.networks import Networks, address_of, limit_group, origin_of
from common.utils.observing import acting, metering, request_id, visits
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
JSON: Final[Headers] = [("Content-Type", "application/json")]
DEFECT_BODY: Final = b'{"message":"Internal Server Error"}\n'
TOO_MUCH_BODY: Final = b'{"message":"Too many requests."}\n'
DRAINED_BYTES: Final = 65_536
PREFLIGHT: Final = "204 NO CONTENT"
NO_STATUS: Final = "500"


def _read_to_the_end(environ: Environ) -> None:
    """Take what is left of a body that nobody wanted.

    The server closes a connection with an unread body, and the public server, which is still
    sending, would report us as broken instead of passing our answer on.
    """
    if environ.get("CONTENT_LENGTH", "0") not in ("", "0"):
        body = environ["wsgi.input"]
        while body.read(DRAINED_BYTES):
            pass


class WsgiEdge:
    """Wraps the WSGI callable of one door.

    :param reads: how much one address may read; None for any number
    """

    def __init__(
        self,
        app: WsgiApp,
        door: str,
        origins: Origins,
        proxies: Networks,
        reads: ReadBudget | None = None,
    ) -> None:
        self._app = app
        self._door = door
        self._is_visited = door in visits.DOORS
        self._origins = origins
        self._proxies = proxies
        self._reads = reads
        self._everywhere = lru_cache(maxsize=256)(self._headers_of_all_answers)
        _known_headers.add(self)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        began = perf_counter()
        before = metering.spent()
        identifier = request_id.begin(environ.get("HTTP_X_REQUEST_ID"))
        acting.begin(is_counted=is_reading(environ))
        media.use_origin(origin_of(environ, self._proxies))
        address = address_of(environ, self._proxies)
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
                status_line = PREFLIGHT
                return self._preflight(environ, start_response, origin, identifier)
            if wait := self._seconds_to_wait(environ, address):
                start("429 TOO MANY REQUESTS", [*JSON, ("Retry-After", str(wait))])
                return [TOO_MUCH_BODY]
            return self._app(environ, start)
        except Exception:  # a defect below Flask's own handling
            log.exception("unexpected_error")
            start("500 INTERNAL SERVER ERROR", [*JSON])
            return [DEFECT_BODY]
        finally:
            _read_to_the_end(environ)
            db.release()
            figures = (status_line[:3], perf_counter() - began, before)
            self._account(environ, identifier, address, *figures)

    def kept(self) -> int:
        """For how many origins the headers are kept."""
        return self._everywhere.cache_info().currsize

    def forget(self) -> None:
        """Make all headers anew."""
        self._everywhere.cache_clear()

    def _headers_of_all_answers(self, origin: str | None) -> Headers:
        return [*SECURITY, *self._origins.answer_headers(origin)]

    def _preflight(
        self, environ: Environ, start_response: StartResponse, origin: str, identifier: str
    ) -> list[bytes]:
        """Answered here for every path, known or not, and for every caller."""
        requested = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        headers = self._origins.preflight_headers(origin, requested)
        start_response(PREFLIGHT, [*headers, *SECURITY, (request_id.HEADER, identifier)])
        return []

    def _seconds_to_wait(self, environ: Environ, address: str) -> int:
        """Until this address may read again; 0 if it may now."""
        if self._reads is None or environ["REQUEST_METHOD"] not in READING:
            return 0
        return self._reads.take(limit_group(address))

    def _account(
        self,
        environ: Environ,
        identifier: str,
        address: str,
        status: str,
        seconds: float,
        before: tuple[int, int],
    ) -> None:
        sql, stages = metering.spent()
        sql, stages = sql - before[0], stages - before[1]
        route: str | None = environ.get(ROUTE_KEY)
        method: str = environ["REQUEST_METHOD"]
        figures = (self._door, method, route, status, seconds, sql, stages)
        at = time()
        request = FinishedRequest(*figures, address, identifier, at)
        metrics.count_request(request)
        write_access(request)
        if self._is_visited and route is not None and acting.is_counted():
            visits.note(acting.subject(), address, at)


_known_headers: memories.Family[WsgiEdge] = memories.Family(
    "headers_of_all_answers", entries=WsgiEdge.kept, forget=WsgiEdge.forget
)
