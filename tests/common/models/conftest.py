"""Databases for tests of the schema itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from common.extensions.db import engine, engines
from common.settings import Settings


@pytest.fixture
def database(settings: Settings, tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file behind the product's own engine."""
    created = engines.create(settings, f"sqlite:///{tmp_path / 'schema.db'}")
    yield created
    created.dispose()


@pytest.fixture
def session(runtime: Settings) -> Iterator[Session]:
    """A session on the migrated, empty database."""
    with Session(engine()) as session:
        yield session
