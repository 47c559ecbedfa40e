"""Readers who all write the same hot word at once, on a real MariaDB: its own counts tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Comment, SensitiveWord
from common.services.moderation import hold_counts
from common.settings import Settings
from common.utils.constants import CommentStatus
from tests.factories import ArticleFactory, SensitiveWordFactory, UserFactory
from tests.support.harness.runtime import bound_to_tables
from tests.support.harness.stores import Stores
from tests.support.harness.threads import at_once

WRITERS = 50


@pytest.fixture
def runtime(stores: Stores, mariadb_url: str) -> Iterator[Settings]:
    """The product on an empty MariaDB database with a connection for each writer."""
    overrides = {"ratelimit_enabled": False, "db_pool_size": WRITERS}
    with bound_to_tables(stores, mariadb_url, **overrides) as settings:
        yield settings


def lock_waits(mariadb: Any) -> int:
    """How often anybody had to wait for a row since the server started, as it says itself."""
    (row,) = mariadb.execute("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_waits'")
    return int(row["Value"])


def test_nobody_waits_for_a_row_because_fifty_write_the_same_hot_word(mariadb, sign_in):
    word_id = SensitiveWordFactory(word="坏东西", weights=5).id
    readers = [sign_in(UserFactory()) for _ in range(WRITERS)]
    targets = [ArticleFactory(published=True).article_id for _ in range(WRITERS)]
    before = lock_waits(mariadb)

    def write(at: int) -> int:
        body = {"target": targets[at], "content": f"坏东西{at}"}
        return readers[at].post("/v1_0/comments", json=body).status_code

    answers = at_once(*(lambda at=at: write(at) for at in range(WRITERS)))
    waits = lock_waits(mariadb) - before
    hold_counts.flush()

    assert set(answers) == {201}
    assert waits == 0
    refresh_view()
    held = select(func.count()).where(Comment.status == CommentStatus.PENDING)
    assert db.session.scalar(held) == WRITERS
    found = select(SensitiveWord.hold_count).where(SensitiveWord.id == word_id)
    assert db.session.scalar(found) == WRITERS
