"""Calling a gRPC server: one channel, a deadline for each call, at most one repeat.

contract/rpc.md §4.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final, Generic

import grpc
import structlog
from google.protobuf.message import Message

from common.errors import DependencyUnavailable
from common.rpc.wire import Reply, WireMismatch, parse
from common.utils.background import process
from common.utils.background.errands import Complaints
from common.utils.net.breaker import Breaker
from common.utils.observing import request_id
from common.utils.observing.figures import Counter

log = structlog.get_logger(__name__)

MAX_MESSAGE_BYTES: Final = 1 << 20
REQUEST_ID: Final = request_id.HEADER.lower()
OPTIONS: Final = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.enable_retries", 0),  # the one repeat is ours, inside the deadline
    ("grpc.enable_http_proxy", 0),  # what the environment says about proxies is for the web
]

CALLS = Counter("toutiao_rpc_calls", "gRPC calls by how they ended", ["service", "outcome"])


class Remote:
    """A gRPC server that we call; connected at first use, anew in every process.

    :param service: what logs, metrics and errors call it
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self.address = ""
        self.breaker = Breaker(service)
        self._ca_file: Path | None = None
        self._channel: grpc.Channel | None = None
        process.on_fork(self._start_anew)

    def bind(self, address: str, *, ca_file: Path | None = None) -> None:
        """Set where it is, empty for nowhere; a former connection is given back.

        :param address: ``host:port`` or ``unix:path``
        :param ca_file: who vouches for its TLS certificate, PEM; None: no TLS
        """
        self.close()
        self.address, self._ca_file = address, ca_file
        self.breaker = Breaker(self.service)

    def close(self) -> None:
        """Give the connection back; the next call connects again."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def channel(self) -> grpc.Channel:
        """The connection of this process."""
        if self._channel is None:
            self._channel = self._connect()
        return self._channel

    def _connect(self) -> grpc.Channel:
        if self._ca_file is None:
            return grpc.insecure_channel(self.address, options=OPTIONS)
        credentials = grpc.ssl_channel_credentials(self._ca_file.read_bytes())
        return grpc.secure_channel(self.address, credentials, options=OPTIONS)

    def _start_anew(self) -> None:
        """A forked child has no right to its parent's connection, nor can it close it."""
        self._channel = None
        self.breaker = Breaker(self.service)


class Method(Generic[Reply]):
    """One method of a server.

    :param path: its full name, ``/Service/method``
    :param kind: what it answers
    """

    def __init__(self, remote: Remote, path: str, kind: type[Reply]) -> None:
        self._remote, self._path, self._kind = remote, path, kind
        self._complaints = Complaints()

    def __call__(self, request: Message, *, seconds: float) -> Reply:
        """Ask, and wait for the answer for ``seconds`` at most.

        :raises DependencyUnavailable: there is none in time, or none that can be used
        """
        service = self._remote.service
        try:
            with self._remote.breaker.guard():
                reply = parse(self._kind, self._answer(request.SerializeToString(), seconds))
        except (grpc.RpcError, WireMismatch, OSError) as error:
            raise DependencyUnavailable(service, because=self._note(error)) from error
        except DependencyUnavailable:
            CALLS.labels(service, "refused").inc()
            raise
        CALLS.labels(service, "ok").inc()
        return reply

    def _answer(self, request: bytes, seconds: float) -> bytes:
        ends = time.monotonic() + seconds
        try:
            return self._once(request, seconds)
        except grpc.RpcError as error:
            left = ends - time.monotonic()
            if left <= 0 or not _is_unheard(error):
                raise
        return self._once(request, left)

    def _once(self, request: bytes, seconds: float) -> bytes:
        call = self._remote.channel().unary_unary(self._path)  # bytes in, bytes out
        metadata = [(REQUEST_ID, request_id.current())] if request_id.current() else None
        answer: bytes = call(request, timeout=seconds, metadata=metadata, wait_for_ready=False)
        return answer

    def _note(self, error: Exception) -> str:
        service, method = self._remote.service, self._path
        if isinstance(error, WireMismatch):
            CALLS.labels(service, "mismatch").inc()
            self._complaints.utter(
                "rpc_wire_mismatch",
                service=service,
                method=method,
                address=self._remote.address,
                problem=str(error),
                hint="the server speaks another .proto; ours is in common/rpc",
            )
            return str(error)
        outcome = _code(error)
        CALLS.labels(service, outcome).inc()
        self._complaints.utter("rpc_failed", service=service, method=method, code=outcome)
        return outcome


def _is_unheard(error: Any) -> bool:
    """Whether the server has most likely not begun with it: nothing of an answer came."""
    return error.code() == grpc.StatusCode.UNAVAILABLE and not error.initial_metadata()


def _code(error: Any) -> str:
    """``deadline_exceeded``, ``unavailable``, … of an error of gRPC."""
    code = error.code() if isinstance(error, grpc.RpcError) else None
    return code.name.lower() if code is not None else type(error).__name__
