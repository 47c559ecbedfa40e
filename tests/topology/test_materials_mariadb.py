"""Uploads of one picture, its removal and its uses, all at once, on a real MariaDB."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view, retry_on_conflict, transaction
from common.extensions.storage import storage
from common.models import Material
from common.services.media import library, materials, uses
from common.services.outbox.relay import Relay
from common.settings import Settings
from common.utils.constants import MaterialStatus, MaterialUseKind
from common.utils.storage import keys
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once
from tests.support.scenarios.library import picture
from tests.topology.test_own_data_mariadb import THREADS

EDITOR = 7
ROUNDS = 10


@pytest.fixture(autouse=True)
def _bound(on_mariadb: Settings) -> None:
    """Tests that name no fixture use the database too."""


def upload(number: int) -> materials.Stored:
    decoded = materials.decoded(picture(number))
    stored: materials.Stored = retry_on_conflict(lambda: materials.store(EDITOR, decoded))
    return stored


def rows() -> list[tuple[str, int]]:
    refresh_view()
    found = db.session.execute(select(Material.hash, Material.status).order_by(Material.hash))
    return [(row.hash, row.status) for row in found]


def is_whole(key: str) -> bool:
    return all(storage().exists(each) for each in (key, *keys.thumbnails_of(key)))


def test_uploads_at_once_are_a_row_each_and_the_same_picture_is_one():
    stored = at_once(*(partial(upload, n % 3) for n in range(THREADS)))

    relay_everything()
    assert {each.key for each in stored} == {key for key, _ in rows()}
    assert [status for _, status in rows()] == [MaterialStatus.APPROVED] * 3
    assert all(is_whole(key) for key, _ in rows())


def test_whoever_uploads_what_is_being_removed_has_it_afterwards():
    stored = upload(0)
    for _ in range(ROUNDS):
        library.delete(EDITOR, stored.id)

        at_once(partial(upload, 0), Relay().run_once)

        relay_everything()
        assert rows() == [(stored.key, MaterialStatus.APPROVED)]
        assert is_whole(stored.key)


def test_uses_that_come_and_go_at_once_are_all_counted():
    stored = upload(0)

    def use(number: int) -> None:
        for kept in ([stored.key], [], [stored.key]):
            with transaction() as session:
                uses.record(session, EDITOR, MaterialUseKind.BODY, number + 1, kept)

    at_once(*(partial(retry_on_conflict, partial(use, n)) for n in range(THREADS)))

    refresh_view()
    assert uses.counts(EDITOR, [stored.key]) == {stored.key: THREADS}
