"""Whether a process lives, can serve, and what it has done."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import structlog
from flask import Response
from sqlalchemy import text

from common.errors import DependencyUnavailable
from common.extensions import db
from common.extensions.observing import metrics
from common.extensions.redis import cache, store
from common.settings import Settings
from common.utils.networks import Networks, address_of
from common.utils.output import JsonResponse, dump

log = structlog.get_logger(__name__)

CHECK_SECONDS: Final = 1.0  # a check that takes longer counts as failed
KEEP_SECONDS: Final = 1.0  # answers are kept, so that probing costs the same however many probe
NOT_READY_RETRY_SECONDS: Final = "1"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Check:
    """One thing the process depends on.

    :param probe: returns whether it works, or raises
    :param needed: without it the process cannot serve; without the others it does with less
    """

    name: str
    probe: Callable[[], bool]
    needed: bool = False


class Readiness:
    """The state of all checks, looked at no more often than once per ``keep_seconds``.

    :param check_seconds: a check that takes longer counts as failed
    """

    def __init__(
        self,
        checks: Sequence[Check],
        *,
        keep_seconds: float = KEEP_SECONDS,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._checks = checks
        self._keep_seconds = keep_seconds
        self._check_seconds = check_seconds
        self._threads = ThreadPoolExecutor(max(1, len(checks)), thread_name_prefix="health")
        self._running: dict[str, Future[bool]] = {}
        self._states: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def states(self) -> dict[str, str]:
        """Name to ``ok``, ``degraded`` (it can be done without) or ``down``."""
        with self._lock:
            if time.monotonic() - self._looked_at >= self._keep_seconds:
                self._states = self._look()
                self._looked_at = time.monotonic()
            return self._states

    def reasons(self) -> dict[str, str]:
        """Name to what is known of why, for those that are not well."""
        states = self.states()
        return {name: why for name, why in self._reasons.items() if states[name] != "ok"}

    def _look(self) -> dict[str, str]:
        for check in self._checks:
            # One that still hangs from the last time keeps its thread and gets no second one.
            if check.name not in self._running:
                self._running[check.name] = self._threads.submit(self._probe, check)
        finished, _ = wait(self._running.values(), timeout=self._check_seconds)
        states = {}
        for check in self._checks:
            works = False
            if self._running[check.name] in finished:
                works = self._running.pop(check.name).result()
            states[check.name] = "ok" if works else "down" if check.needed else "degraded"
        return states

    def _probe(self, check: Check) -> bool:
        self._reasons.pop(check.name, None)
        try:
            return check.probe()
        except DependencyUnavailable as error:
            log.info("check_failed", check=check.name, reason=error.because or error.dependency)
            if error.because:
                self._reasons[check.name] = error.because
            return False
        except Exception as error:
            log.info("check_failed", check=check.name, reason=type(error).__name__)
            return False
        finally:
            db.release()


def store_checks() -> list[Check]:
    """SQL, without which nothing works (but for writes, a lot), and the two Redis roles."""
    return [
        Check("sql", _sql_answers, needed=True),
        Check("writes", db.can_write),
        Check("store", store.ping),
        Check("cache", cache.ping),
    ]


def process_checks(settings: Settings) -> list[Check]:
    """Processes that the product can do without, as far as whoever started us watches them."""
    path = settings.process_state
    if path is None:
        return []
    return [Check(name, partial(_is_kept_running, name, path)) for name in ("worker", "im", "rpc")]


def _is_kept_running(name: str, path: Path) -> bool:
    return name not in _struggling(path)


def _struggling(path: Path) -> list[str]:
    """Names of processes that cannot be kept running."""
    names: list[str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return names


def _sql_answers() -> bool:
    with db.engine().connect() as connection:
        return bool(connection.scalar(text("SELECT 1")) == 1)


def health_app(settings: Settings, checks: Sequence[Check]) -> WsgiApp:
    """A WSGI app that answers the three paths; everything else is 404."""
    readiness = Readiness(checks)
    inside = Networks(settings.metrics_allow)
    proxies = Networks(settings.trusted_proxies)

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        is_inside = inside.contains(address_of(environ, proxies))
        if path == "/healthz":
            response: Response = JsonResponse(dump({"message": "OK"}))
        elif path == "/readyz":
            response = _readiness(readiness, detailed=is_inside)
        elif path == "/metrics" and is_inside:
            response = Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
        else:
            response = JsonResponse(dump({"message": "Not Found"}), HTTPStatus.NOT_FOUND)
        return response(environ, start_response)

    return answer


def _readiness(readiness: Readiness, *, detailed: bool) -> JsonResponse:
    states = readiness.states()
    ready = "down" not in states.values()
    worst = "ok" if set(states.values()) <= {"ok"} else "degraded" if ready else "down"
    body: dict[str, Any] = {"message": "OK" if ready else "Unavailable service.", "status": worst}
    if detailed:
        body["checks"] = states
        if reasons := readiness.reasons():
            body["reasons"] = reasons
    if ready:
        return JsonResponse(dump(body))
    headers = [("Retry-After", NOT_READY_RETRY_SECONDS)]
    return JsonResponse(dump(body), HTTPStatus.SERVICE_UNAVAILABLE, headers)
