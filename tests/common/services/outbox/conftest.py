"""The bus, as who listens on it hears it."""

from __future__ import annotations

import pytest

from common.extensions.messaging.push import init_push
from tests.support.bus import listening


@pytest.fixture
def bus(runtime, redis):
    """Messages on the bus since the test began."""
    init_push(runtime)
    with listening(redis) as heard:
        yield heard
