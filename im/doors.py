"""What reaches this process over HTTP: Socket.IO on its three paths, and the probes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from common.extensions.observing.health import Check, health_app, store_checks
from common.extensions.web.cors import Origins
from common.settings import Settings
from common.utils.networks import Networks, origin_of
from im.engine import bodies
from im.engine.connection import Environ
from im.figures import REFUSED
from im.node import PATIENCE_SECONDS, Node
from im.threads import TooBusy

PATHS: Final = ("/socket.io", "/app/socket.io", "/im")
PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
UNIX_PEER: Final = "unix"  # what eventlet calls who has no address; to us he is the public server
ALWAYS: Final = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]

StartResponse = Callable[..., Any]


class Doors:
    """The WSGI application."""

    def __init__(self, node: Node, settings: Settings, *, is_hearing: Callable[[], bool]) -> None:
        self._node = node
        # Credentials are for those who are named; "everybody" is answered without.
        self._named = Origins(settings, credentials=True)
        self._everybody = Origins(settings, credentials=False)
        self._proxies = Networks(settings.trusted_proxies)
        bus = Check("bus", is_hearing, needed=True)
        self._health = health_app(settings, [*store_checks(), bus])

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") == UNIX_PEER:
            environ["REMOTE_ADDR"] = ""
        path = environ["PATH_INFO"].rstrip("/")
        if path in PATHS:
            return self._realtime(environ, start_response)
        if path in PROBES:
            return self._probe(environ, start_response)
        return _answer(start_response, "Not Found", "404 Not Found")

    def _realtime(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and not self._may_call(origin, environ):
            REFUSED.labels("origin").inc()
            return _answer(start_response, "Not an accepted origin", "403 Forbidden")
        origins = self._origins(origin)
        if environ["REQUEST_METHOD"] == "OPTIONS":
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            headers = origins.preflight_headers(origin or "", asked)
            start_response("204 No Content", [*headers, *ALWAYS])
            return []
        extra = [*origins.answer_headers(origin), *ALWAYS]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *extra], *rest)

        return self._node.engine.handle_request(environ, start)

    def _may_call(self, origin: str, environ: Environ) -> bool:
        """Whether a page of that origin may: our own, or one that the settings name."""
        scheme, host = origin_of(environ, self._proxies)
        return origin == f"{scheme}://{host}" or self._origins(origin).allows(origin)

    def _origins(self, origin: str | None) -> Origins:
        is_named = origin is not None and self._named.allows(origin)
        return self._named if is_named else self._everybody

    def _probe(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """In a thread: a probe waits for stores."""
        environ["PATH_INFO"] = environ["PATH_INFO"].rstrip("/")
        said: list[Any] = []

        def ask() -> bytes:
            return b"".join(self._health(environ, lambda *words: said.extend(words)))

        try:
            body = self._node.probing.run(ask, seconds=PATIENCE_SECONDS)
        except (TooBusy, TimeoutError):
            return _answer(start_response, "Busy", "503 Service Unavailable")
        status, headers = said[0], said[1]
        if self._node.is_draining and int(status.split(" ")[0]) == HTTPStatus.OK:
            status = "503 Service Unavailable"
        start_response(status, headers)
        return [body]


def _answer(start_response: StartResponse, text: str, status: str) -> list[bytes]:
    answer = bodies.refusal(text, status)
    start_response(answer["status"], [*answer["headers"], *ALWAYS])
    return [answer["response"]]
