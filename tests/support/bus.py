"""The bus to the im processes, as who listens on it hears it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

CHANNEL = "socketio"
QUIET_SECONDS = 0.05  # nothing for so long: that was all

Heard = Callable[[], list[dict[str, Any]]]


@contextmanager
def listening(redis: Any) -> Iterator[Heard]:
    """``heard()``: the messages since it was last asked, in order."""
    with redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(CHANNEL)
        channel.get_message(timeout=5)

        def heard() -> list[dict[str, Any]]:
            found = []
            while (message := channel.get_message(timeout=QUIET_SECONDS)) is not None:
                found.append(orjson.loads(message["data"]))
            return found

        yield heard
