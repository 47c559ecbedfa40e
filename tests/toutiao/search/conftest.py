"""Searches right after what they look for was published."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _patience(patient_search: None) -> None:
    """No test here is about how long a search waits for a new snapshot."""
