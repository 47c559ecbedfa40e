"""How a polling client comes over to a WebSocket, the same in both revisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import eventlet

from im.engine.limits import PROBE_SECONDS
from im.engine.websocket import Broken, WebSocket, frame

PROBE: Final = "2probe"
PROBE_ANSWER: Final = "3probe"
UPGRADE: Final = "5"


def has_come_over(ws: WebSocket, end_poll: Callable[[], None]) -> bool:
    """Whether a client does what is to be done to change transports, within its time.

    :param end_poll: called as soon as he waits for the end of his last poll
    """
    try:
        with eventlet.Timeout(PROBE_SECONDS, False):
            if ws.wait() != PROBE:
                return False
            ws.send(frame(PROBE_ANSWER))
            end_poll()
            return ws.wait() == UPGRADE
    except Broken:
        return False
    return False
