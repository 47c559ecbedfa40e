"""The gRPC server: what it serves, its health, and how it ends (contract/rpc.md §4)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from common.rpc.calling import MAX_MESSAGE_BYTES
from common.rpc.chatbot.chatbot_pb2_grpc import add_ChatBotServiceServicer_to_server
from common.rpc_server.chatbot import ChatBot

log = structlog.get_logger(__name__)

THREADS: Final = 8
AT_ONCE: Final = 64  # calls that are worked on or wait for a thread; others are refused
GRACE_SECONDS: Final = 3.0  # no caller waits longer for an answer
PRIVATE: Final = 0o177  # umask: a socket is for its owner alone
CHATBOT: Final = "ChatBotService"
SERVICES: Final = (CHATBOT, "")  # the second is the server as a whole
OPTIONS: Final = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),  # a second server at the same port is an error
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),  # clients keep alive each 30 s
]


class Server:
    """The services of this process, at one address.

    ``UserRecommend`` is not among them yet: who calls it hears UNIMPLEMENTED.
    """

    def __init__(self, *, reflects: bool) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="rpc")
        self._server = grpc.server(self._threads, options=OPTIONS, maximum_concurrent_rpcs=AT_ONCE)
        self._health = health.HealthServicer()
        add_ChatBotServiceServicer_to_server(ChatBot(), self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        if reflects:
            names = (CHATBOT, health.SERVICE_NAME, reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, self._server)

    def listen(self, address: str) -> int:
        """Begin to serve at ``host:port`` (port 0: any free one); the port.

        :raises OSError: nobody can listen there
        """
        return self._start(address)

    def listen_at(self, socket: Path) -> None:
        """Begin to serve at a Unix socket, for its owner alone.

        :raises OSError: nobody can listen there
        """
        former = os.umask(PRIVATE)
        try:
            self._start(f"unix:{socket}")
        finally:
            os.umask(former)

    def _start(self, address: str) -> int:
        try:
            port: int = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise OSError(f"cannot listen at {address}") from error
        self._server.start()
        for service in SERVICES:
            self._health.set(service, health_pb2.HealthCheckResponse.SERVING)
        log.info("rpc_started", address=address)
        return port

    def stop(self) -> None:
        """Say that it ends, let calls under way be answered, and end; within three seconds."""
        self._health.enter_graceful_shutdown()
        stopped: Any = self._server.stop(GRACE_SECONDS)
        stopped.wait()
        self._threads.shutdown(wait=False, cancel_futures=True)
        log.info("rpc_stopped")
