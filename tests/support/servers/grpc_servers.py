"""gRPC servers of others, as bytes: those that answer, and those that never do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

LOOPBACK = "127.0.0.1"
Handler = Callable[[bytes, Any], bytes]


class _Methods(grpc.GenericRpcHandler):
    """Handlers by the full names of their methods."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers

    def service(self, details: Any) -> Any:
        handler = self._handlers.get(details.method)
        return handler and grpc.unary_unary_rpc_method_handler(handler)


@contextmanager
def serving(
    handlers: Mapping[str, Handler], *, port: int = 0, credentials: Any = None
) -> Iterator[str]:
    """A server; its address."""
    server = grpc.server(ThreadPoolExecutor(4), handlers=[_Methods(handlers)])
    address = f"{LOOPBACK}:{port}"
    bound = (
        server.add_secure_port(address, credentials)
        if credentials
        else server.add_insecure_port(address)
    )
    server.start()
    try:
        yield f"{LOOPBACK}:{bound}"
    finally:
        server.stop(grace=None).wait()


@contextmanager
def black_hole() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server((LOOPBACK, 0), backlog=64) as listener:
        yield f"{LOOPBACK}:{listener.getsockname()[1]}"
