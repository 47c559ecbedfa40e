"""The bus, as who listens on it hears it."""

from __future__ import annotations

import pytest

from common.extensions.messaging.push import init_push
from tests.support.harness.bus import be_patient, listening


@pytest.fixture
def bus(runtime, redis, monkeypatch):
    """Messages on the bus since the test began."""
    be_patient(monkeypatch)
    init_push(runtime)
    with listening(redis) as heard:
        yield heard
