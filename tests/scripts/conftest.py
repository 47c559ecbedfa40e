"""Fixtures of the tests of scripts."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def many_files() -> Iterator[None]:
    """As many open connections as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
