"""Pictures of clients with one base address, with and without a token (clients.md §1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.models import GuestUpload, Material
from common.services.media import guests, uses
from common.utils import clock
from common.utils.constants import MaterialUseKind
from schedule.jobs import purge
from tests.factories import UserFactory
from tests.support.clients.images import encoded, png_of_size, two_halves
from tests.support.clients.uploading import JPEG, PNG, as_files, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files

UPLOAD = "/v1_0/upload"
UNTOUCHED = frozenset({"outbox"})
PATHS = [UPLOAD, "/app/v1_0/upload", "/v1_0/mp/upload", "/mp/v1_0/upload", "/api/v1_0/upload"]

guests_welcome = pytest.mark.settings(guest_upload=True)


def sent(client, data=PNG, *, path=UPLOAD, **options):
    return client.post(path, **as_files(image=data), **options)


def purged_after(time):
    with time_machine.travel(clock.utc_now() + time):
        outcome = purge.JOB.run()
        relay_everything()
    return outcome


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("welcome", [True, False])
def test_with_an_editors_token_it_is_the_upload_of_the_library(path, welcome, sign_in, runtime):
    guests.init(runtime.model_copy(update={"guest_upload": welcome}))
    editor = sign_in(UserFactory(verified=True))

    answer = sent(editor, path=path)

    data = answer.json["data"]
    assert (answer.status_code, data.keys()) == (201, {"id", "url"})
    assert editor.get("/mp/v1_0/user/images").json["data"]["results"][0]["id"] == data["id"]


@guests_welcome
@pytest.mark.parametrize(
    "token", [None, "Bearer null", "Bearer undefined", "Bearer a.b.c", "Anony x"]
)
@pytest.mark.parametrize("path", PATHS)
def test_without_a_good_token_a_picture_is_a_guests(anonymous, path, token):
    headers = {"Authorization": token} if token else {}

    answer = sent(anonymous, path=path, headers=headers)

    data = answer.json["data"]
    file = anonymous.get(path_of(data["url"]))
    assert (answer.status_code, answer.json["message"], data.keys()) == (201, "OK", {"url"})
    assert data["url"].startswith("http://localhost/media/guest/")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "image/jpeg")
    assert anonymous.get(path_of(data["url"]) + "/240").status_code == 200


@guests_welcome
def test_a_reader_who_is_not_verified_is_a_guest(reader):
    answer = sent(reader)

    assert (answer.status_code, answer.json["data"].keys()) == (201, {"url"})
    refresh_view()
    assert db.session.scalars(select(Material)).all() == []


def test_outside_of_the_demo_guests_are_refused(anonymous, reader, runtime):
    before = snapshot(runtime)

    answers = [
        sent(anonymous),
        sent(anonymous, headers={"Authorization": "Bearer null"}),
        sent(reader),
    ]

    assert [(answer.status_code, answer.json["message"]) for answer in answers] == [
        (401, "User must be authorized."),
        (401, "User must be authorized."),
        (403, "User must be real info verified."),
    ]
    assert snapshot(runtime) == before


@pytest.mark.settings(demo="on")
def test_in_the_demo_guests_are_welcome(anonymous):
    assert sent(anonymous).status_code == 201


@pytest.mark.settings(demo="on", guest_upload=False)
def test_a_host_may_shut_them_out_of_a_demo(anonymous):
    assert sent(anonymous).status_code == 401


@guests_welcome
@pytest.mark.parametrize(
    "data",
    [
        b"x",
        PNG[:60],
        JPEG[:200],
        b"<svg/>",
        png_of_size(30_000, 30_000),
        encoded(two_halves(), "BMP"),
    ],
)
def test_what_is_no_picture_is_refused_and_stores_nothing(anonymous, runtime, data):
    before = snapshot(runtime)

    answer = sent(anonymous, data)

    assert (answer.status_code, answer.json["errors"]) == (400, {"image": "Invalid image."})
    assert snapshot(runtime) == before


@guests_welcome
def test_an_upload_needs_its_file(anonymous):
    answer = anonymous.post(UPLOAD)

    assert answer.status_code == 400
    assert answer.json["errors"] == {"image": "Missing required parameter in an uploaded file"}


@guests_welcome
def test_an_address_has_ten_uploads_a_minute_whatever_it_calls_itself(anonymous):
    answers = [sent(anonymous, path=PATHS[n % len(PATHS)]).status_code for n in range(11)]

    assert answers == [201] * 10 + [429]
    refused = sent(anonymous, headers={"X-Forwarded-For": "203.0.113.9"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


@guests_welcome
def test_an_address_has_a_hundred_uploads_a_day(redis, anonymous):
    statuses = []
    for _ in range(11):
        statuses += [sent(anonymous, b"no picture").status_code for _ in range(10)]
        for key in redis.scan_iter("*guest*uploads*/10/1/minute*"):
            redis.delete(key)

    assert statuses == [400] * 100 + [429] * 10


@guests_welcome
def test_a_guests_picture_is_gone_after_an_hour(anonymous, runtime):
    sent(anonymous)

    purged_after(timedelta(minutes=58))
    kept = len(stored_files(runtime))
    outcome = purged_after(timedelta(minutes=61))

    assert (kept, stored_files(runtime)) == (3, [])
    assert "pictures of guests: 1" in outcome.lines
    refresh_view()
    assert db.session.scalars(select(GuestUpload)).all() == []


@guests_welcome
def test_a_guests_picture_stays_as_long_as_something_shows_it(anonymous, runtime):
    key = sent(anonymous).json["data"]["url"].partition("/media/")[2]
    with transaction() as session:
        uses.record(session, 7, MaterialUseKind.BODY, 1, [key])

    purged_after(timedelta(hours=2))
    kept = len(stored_files(runtime))
    with transaction() as session:
        uses.record(session, 7, MaterialUseKind.BODY, 1, [])
    relay_everything()

    assert (kept, stored_files(runtime)) == (3, [])


@guests_welcome
def test_a_storage_that_is_away_is_told_and_leaves_nothing(anonymous, runtime):
    before = snapshot(runtime, without=UNTOUCHED)
    folder = runtime.data_dir / "media"
    folder.write_bytes(b"")

    answer = sent(anonymous)

    folder.unlink()
    relay_everything()
    assert answer.status_code == 507
    assert answer.json == {"message": "Uploading profile photo image failed."}
    assert snapshot(runtime, without=UNTOUCHED) == before
