"""The bus, as who listens on it hears it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from common.extensions.messaging.push import init_push


@pytest.fixture
def bus(runtime, redis):
    """Messages on the bus since the test began."""
    init_push(runtime)
    subscription = redis.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe("socketio")
    subscription.get_message(timeout=1)

    def read() -> list[dict[str, Any]]:
        found = []
        while (message := subscription.get_message(timeout=0.05)) is not None:
            found.append(orjson.loads(message["data"]))
        return found

    yield read
    subscription.close()
