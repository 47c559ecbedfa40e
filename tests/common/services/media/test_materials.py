"""An upload is a row with its objects, or nothing, however it ends (contract/topology.md)."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from common.errors import DependencyUnavailable
from common.extensions.db import db, refresh_view
from common.models import GuestUpload, Material
from common.services.media import guests, materials
from common.utils import clock
from common.utils.constants import MaterialStatus
from common.utils.storage import keys
from tests.support.clients.uploading import PNG
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.processes.programs import environment, program

# UPLOAD_KILLS=200 for the drill of the contract.
KILLS = int(os.environ.get("UPLOAD_KILLS", "40"))
MOST_ROUNDS = 5  # until a kill comes where something is left over: that is a matter of luck
STATUSES_AT_REST = {MaterialStatus.APPROVED, MaterialStatus.DELETED}
UNTOUCHED = frozenset({"outbox"})


def expected_files(runtime):
    """What the library says is stored."""
    refresh_view()
    rows = db.session.execute(select(Material.hash, Material.status)).all()
    public = runtime.data_dir.resolve() / "media"
    return sorted(
        path
        for row in rows
        if row.status == MaterialStatus.APPROVED
        for path in (
            public / row.hash,
            *(public / ".thumbnails" / str(width) / row.hash for width in keys.THUMBNAIL_WIDTHS),
        )
    )


@pytest.mark.timeout(300)
def test_killing_uploads_anywhere_leaves_no_object_without_row_nor_row_without_object(
    runtime, tmp_path
):
    log = tmp_path / "crashing.log"
    env = environment(runtime, PYTHONWARNINGS="ignore", TOUTIAO_GUEST_UPLOAD="true")
    for _ in range(MOST_ROUNDS):
        seed = random.randrange(2**32)
        command = ["-m", "tests.support.processes.crashing_uploads", str(seed), str(KILLS)]
        with program(command, env, log) as process:
            assert process.wait(270) == 0, f"seed {seed}: {log.read_text()[-2000:]}"
        is_left_over = stored_files(runtime) != expected_files(runtime)
        if is_left_over:
            break

    with time_machine.travel(clock.utc_now() + timedelta(minutes=61)):
        relay_everything()
        guests.forget_old()
        relay_everything()
        materials.upload(8, PNG)  # takes the scratch files of the killed along

    assert stored_files(runtime) == expected_files(runtime) != [], seed
    assert set(db.session.scalars(select(Material.status))) <= STATUSES_AT_REST
    assert db.session.scalars(select(GuestUpload)).all() == []
    assert is_left_over


class Broken(Exception):
    """Something goes wrong at this point."""


def breaking(*_args, **_kwargs):
    raise Broken


@pytest.mark.parametrize(
    "place",
    ["_begin", "put", "_finish", "_first", "storage", "normalising.thumbnail"],
)
def test_an_upload_that_fails_anywhere_leaves_neither_row_nor_object(runtime, monkeypatch, place):
    before = snapshot(runtime, without=UNTOUCHED)
    owner, _, name = f"{materials.__name__}.{place}".rpartition(".")
    monkeypatch.setattr(f"{owner}.{name}", breaking)

    with pytest.raises(Broken):
        materials.upload(7, PNG)

    monkeypatch.undo()
    refresh_view()
    assert db.session.scalars(select(Material)).all() == []  # at once; objects a moment later
    relay_everything()
    assert snapshot(runtime, without=UNTOUCHED) == before


def test_a_failed_return_of_a_deleted_picture_leaves_it_deleted(runtime, monkeypatch):
    stored = materials.upload(7, PNG)
    refresh_view()
    row = db.session.get_one(Material, stored["id"])
    row.status = MaterialStatus.DELETED
    db.session.commit()
    monkeypatch.setattr(materials, "_first", breaking)

    with pytest.raises(Broken):
        materials.upload(7, PNG)

    relay_everything()
    refresh_view()
    assert db.session.scalars(select(Material.status)).all() == [MaterialStatus.DELETED]
    assert stored_files(runtime) == []


def test_an_upload_that_was_given_up_meanwhile_says_so(runtime, monkeypatch):
    put = materials.put

    def slow_put(key, picture):
        put(key, picture)
        with time_machine.travel(clock.utc_now() + timedelta(minutes=2)):
            relay_everything()

    monkeypatch.setattr(materials, "put", slow_put)

    with pytest.raises(DependencyUnavailable):
        materials.upload(7, PNG)

    relay_everything()
    assert stored_files(runtime) == expected_files(runtime) == []
