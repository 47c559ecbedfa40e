"""How long a node is waited for, so that one that is silent costs an answer only a part of it."""

from __future__ import annotations

import time
from typing import Any, Final

import urllib3
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TransportError, Urllib3HttpNode

LEAST_SECONDS: Final = 0.005  # with less left nothing is asked
# For connecting, where another node can be asked instead: a part of what is left, within these.
_CONNECT_SHARE: Final = 0.25
_CONNECT_SECONDS: Final = (0.1, 1.0)


class Until(float):
    """When a call has to be over, by ``time.monotonic``: it holds for all of its attempts."""


class OnlyNode(Urllib3HttpNode):
    """Its patience is for connecting and answering together, and not for each of them."""

    def perform_request(self, *arguments: Any, **options: Any) -> Any:
        """Ask, within ``request_timeout`` seconds, or until then.

        :raises TransportError: nothing is left of it; no fault of the node's
        """
        seconds = options["request_timeout"]
        if isinstance(seconds, Until):
            seconds -= time.monotonic()
            if seconds < LEAST_SECONDS:
                raise TransportError("nothing is left of the time of the call")
        options["request_timeout"] = self._patience(seconds)
        return super().perform_request(*arguments, **options)

    def _patience(self, seconds: float) -> urllib3.Timeout:
        return urllib3.Timeout(total=seconds)


class OneOfSeveral(OnlyNode):
    """It has to take a connection soon, or another one is asked."""

    def perform_request(self, *arguments: Any, **options: Any) -> Any:
        """As an only node does.

        :raises ConnectionError: it took none, so that it cannot have begun with anything
        """
        began, seconds = time.monotonic(), options["request_timeout"]
        ends = float(seconds) if isinstance(seconds, Until) else began + seconds
        try:
            return super().perform_request(*arguments, **options)
        except ConnectionTimeout as error:
            # Who takes a connection may answer until the end.
            if time.monotonic() < ends - LEAST_SECONDS:
                raise NoConnection(error.message, errors=error.errors) from error
            raise

    def _patience(self, seconds: float) -> urllib3.Timeout:
        least, most = _CONNECT_SECONDS
        connect = min(most, max(least, seconds * _CONNECT_SHARE), seconds)
        return urllib3.Timeout(connect=connect, total=seconds)
