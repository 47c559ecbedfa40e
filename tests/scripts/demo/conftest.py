"""The demo, loaded once for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from common.utils import clock, storage
from common.utils.storage import Storage
from scripts.demo import loading
from scripts.demo.loading import Summary
from tests.support.harness.runtime import bound
from tests.support.harness.stores import Stores


@dataclass(frozen=True)
class Loaded:
    """A finished load, its storage, what it reported on the way, and when it began."""

    summary: Summary
    storage: Storage
    stages: list[tuple[str, int, int]]
    at: datetime


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The whole demo in stores of its own; the product is bound to them."""
    stages: list[tuple[str, int, int]] = []
    with Stores(tmp_path_factory.mktemp("demo")) as stores:
        stores.reset()
        settings = stores.settings()
        with bound(settings):
            pictures = storage.build(settings)
            at = clock.now()
            summary = loading.load(
                lambda what, done, total: stages.append((what, done, total)), storage=pictures
            )
            yield Loaded(summary, pictures, stages, at)
