"""The running products that the tests of this folder share: a start takes ten seconds of a core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.extensions.db import engine
from common.models import schema
from scripts import embedded
from scripts.managing.installation import database
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.harness.waiting import eventually
from tests.support.processes.products import (
    OPERATOR,
    REPLACED_AFTER_SECONDS,
    TITLES,
    WEB_WORKERS,
)
from tests.support.processes.runs import Run, run_of


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The product with its demo content."""
    operator = {f"TOUTIAO_ADMIN_{name}": value for name, value in OPERATOR.items()}
    with run_of(tmp_path_factory.mktemp("demo"), **operator) as made:
        yield made


@pytest.fixture(scope="package")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The product with several web workers and three articles of one author."""
    folder = tmp_path_factory.mktemp("spread")
    data_dir = folder / "data"
    with embedded.EmbeddedStack(data_dir), database(data_dir):
        schema.upgrade(engine())
        author, channel = UserFactory(), ChannelFactory()
        for title in TITLES:
            ArticleFactory(
                published=True, title=title, user_id=author.user_id, channel_id=channel.channel_id
            )
    options = ("--no-demo", "--workers", str(WEB_WORKERS))
    with run_of(folder, *options, WEB_RESPAWN_SECONDS=str(REPLACED_AFTER_SECONDS)) as made:
        eventually((data_dir / "search" / "articles").exists, what="the index")
        yield made
