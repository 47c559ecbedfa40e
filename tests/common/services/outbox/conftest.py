"""The bus, as who listens on it hears it."""

from __future__ import annotations

import pytest

from tests.support.harness.bus import be_patient, listening


@pytest.fixture
def bus(runtime, redis):
    """Messages on the bus since the test began."""
    be_patient(runtime)
    with listening(redis) as heard:
        yield heard
