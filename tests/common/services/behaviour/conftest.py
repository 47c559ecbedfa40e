"""Recording that is on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from common.services.behaviour import recording as behaviour
from common.settings import Settings


@pytest.fixture
def recording(runtime: Settings) -> Iterator[Path]:
    """Recording is on; the path of the trace file."""
    behaviour.init(runtime)
    yield runtime.data_dir / "logs" / "userClick.log"
    behaviour.close()
