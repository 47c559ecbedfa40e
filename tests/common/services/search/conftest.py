"""Searches right after what they look for was published."""

from __future__ import annotations

import pytest

from tests.support.harness.engines import be_patient


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here is about how long a search waits for a new snapshot."""
    be_patient(monkeypatch)
