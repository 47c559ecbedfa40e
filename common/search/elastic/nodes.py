"""How long a node is waited for, so that one that is silent costs an answer only a part of it."""

from __future__ import annotations

import time
from typing import Any, Final, Self

import urllib3
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TransportError, Urllib3HttpNode

LEAST_SECONDS: Final = 0.005  # with less left nothing is asked
# For connecting, where another node can be asked instead: a part of what is left, within these.
_CONNECT_SHARE: Final = 0.25
_CONNECT_SECONDS: Final = (0.1, 1.0)
# For answering, where yet another node can be asked: who is silent takes no more of what is left.
# It is most of it, as all nodes may be slow; one that is well needs a fraction of the rest.
_ANSWER_SHARE: Final = 2 / 3


class Until(float):
    """When a call has to be over, by ``time.monotonic``: it holds for all of its attempts.

    Such a call only reads: it may be begun by one node and answered by another.

    :param others: how many other nodes could be asked instead of the next one
    """

    others: int

    def __new__(cls, when: float, *, others: int = 0) -> Self:
        made = super().__new__(cls, when)
        made.others = others
        return made


class OnlyNode(Urllib3HttpNode):
    """Its patience is for connecting and answering together, and not for each of them."""

    def perform_request(self, *arguments: Any, **options: Any) -> Any:
        """Ask, within ``request_timeout`` seconds, or until then.

        :raises TransportError: nothing is left of it; no fault of the node's
        """
        seconds = _left_of(options["request_timeout"])
        options["request_timeout"] = urllib3.Timeout(total=seconds)
        return super().perform_request(*arguments, **options)


class OneOfSeveral(Urllib3HttpNode):
    """It has to take a connection soon, and to answer who only reads, or another one is asked."""

    def perform_request(self, *arguments: Any, **options: Any) -> Any:
        """As an only node does.

        :raises ConnectionError: it took none, so that it cannot have begun with anything; or it is
            silent, and nothing is lost by asking another one
        """
        asked, began = options["request_timeout"], time.monotonic()
        left = _left_of(asked)
        seconds = left
        if isinstance(asked, Until) and asked.others > 0:
            asked.others -= 1
            seconds *= _ANSWER_SHARE
        least, most = _CONNECT_SECONDS
        connect = min(most, max(least, left * _CONNECT_SHARE), seconds)
        options["request_timeout"] = urllib3.Timeout(connect=connect, total=seconds)
        try:
            return super().perform_request(*arguments, **options)
        except ConnectionTimeout as error:
            if time.monotonic() < began + left - LEAST_SECONDS:
                raise NoConnection(error.message, errors=error.errors) from error
            raise


def _left_of(asked: float) -> float:
    """Seconds that a call may still take.

    :raises TransportError: none
    """
    if not isinstance(asked, Until):
        return asked
    left = asked - time.monotonic()
    if left < LEAST_SECONDS:
        raise TransportError("nothing is left of the time of the call")
    return left
