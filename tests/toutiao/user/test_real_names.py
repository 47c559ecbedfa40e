"""Handing in papers for real-name verification (user-app.md §4.4, admin.md §3.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from common.extensions.db import db, refresh_view, transaction
from common.models import LegalizeLog, User, UserProfile
from common.utils import clock
from common.utils.constants import LegalizeKind, LegalizeStatus
from common.utils.crypto import sealing
from tests.factories import LegalizeLogFactory, UserFactory
from tests.support.clients.uploading import PNG, as_files, in_json, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.harness.threads import at_once

PROFILE = "/v1_0/user/profile"
PHOTO = "/v1_0/user/photo"
NUMBER = "11010519491231002X"
PICTURES = ("id_card_front", "id_card_back", "id_card_handheld")
PAPERS = {"real_name": "张三", "id_number": NUMBER} | {name: in_json() for name in PICTURES}


def reviews(user):
    refresh_view()
    query = select(LegalizeLog.type, LegalizeLog.status, LegalizeLog.qualification_id)
    return [
        tuple(row)
        for row in db.session.execute(
            query.where(LegalizeLog.user_id == user.user_id).order_by(LegalizeLog.legalize_id)
        )
    ]


OPEN = (LegalizeKind.REAL_NAME, LegalizeStatus.PROCESSING, None)
REFUSED = (LegalizeKind.REAL_NAME, LegalizeStatus.REJECTED, None)


@pytest.mark.parametrize("nothing", ["", None])
def test_a_form_may_send_papers_that_were_not_chosen(reader, runtime, nothing):
    answer = reader.patch(PROFILE, json={"gender": 1, **dict.fromkeys(PICTURES, nothing)})

    assert (answer.status_code, answer.json["data"]) == (
        201,
        {"id": reader.user.user_id, "gender": 1},
    )
    assert stored_files(runtime) == []


def test_complete_papers_wait_for_the_operators(reader):
    answer = reader.patch(PROFILE, json=PAPERS)

    data = answer.json["data"]
    assert answer.status_code == 201
    assert data.keys() == {"id", *PAPERS}
    assert (data["real_name"], data["id_number"]) == ("张三", NUMBER)
    assert reviews(reader.user) == [OPEN]


def test_papers_may_come_one_by_one_and_both_ways(reader):
    reader.patch(PROFILE, json={"real_name": "张三"})
    reader.patch(PROFILE, json={"id_number": NUMBER.lower()})
    reader.patch(PHOTO, **as_files(id_card_front=PNG, id_card_back=PNG))
    before = reviews(reader.user)

    reader.patch(PHOTO, **as_files(id_card_handheld=PNG))

    assert (before, reviews(reader.user)) == ([], [OPEN])


def test_the_open_request_is_kept_whatever_is_handed_in_again(reader):
    for _ in range(2):
        reader.patch(PROFILE, json=PAPERS)
    reader.patch(PROFILE, json={"real_name": "李四"})

    assert reviews(reader.user) == [OPEN]


def test_papers_sent_twice_at_once_are_one_request(reader):
    def send():
        return reader.patch(PROFILE, json=PAPERS).status_code

    assert at_once(send, send, send) == [201, 201, 201]
    assert reviews(reader.user) == [OPEN]


def test_who_was_refused_may_hand_in_again(reader):
    reader.patch(PROFILE, json=PAPERS)
    with transaction() as session:
        session.scalars(select(LegalizeLog)).one().status = LegalizeStatus.REJECTED
    reader.patch(PROFILE, json={"gender": 1})
    untouched = reviews(reader.user)

    reader.patch(PROFILE, json={"real_name": "李四"})

    assert untouched == [REFUSED]
    assert reviews(reader.user) == [REFUSED, OPEN]


def test_an_open_request_of_another_kind_does_not_stand_in_the_way(reader):
    LegalizeLogFactory(user_id=reader.user.user_id)

    reader.patch(PROFILE, json=PAPERS)

    assert OPEN in reviews(reader.user)


@pytest.mark.parametrize("member", PAPERS)
def test_who_is_verified_hands_in_no_papers(author, runtime, member):
    before = snapshot(runtime)

    answer = author.patch(PROFILE, json={"gender": 1, member: PAPERS[member]})

    assert (answer.status_code, answer.json) == (409, {"message": "User has been verified."})
    assert snapshot(runtime) == before


@pytest.mark.parametrize("name", PICTURES)
def test_who_is_verified_uploads_no_papers_but_an_avatar(author, runtime, name):
    answers = [author.patch(PHOTO, **as_files(**{each: PNG})) for each in (name, "photo")]

    assert [answer.status_code for answer in answers] == [409, 201]
    assert len(stored_files(runtime)) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("11010519491231002x", NUMBER),
        (" 11010519491231002X ", NUMBER),
        ("440524188001010014", "440524188001010014"),
        ("110105491231002", "110105491231002"),
    ],
)
def test_the_number_rests_encrypted_and_is_answered_in_full(reader, runtime, redis, sent, kept):
    answer = reader.patch(PROFILE, json={"id_number": sent})

    refresh_view()
    stored = db.session.scalar(select(UserProfile.id_number))
    reader.get(PROFILE)
    cached = [redis.dump(key) for key in redis.scan_iter()]
    assert answer.json["data"]["id_number"] == kept
    assert kept not in stored
    assert len(stored) <= 255
    assert sealing.unseal(stored) == kept
    assert not any(kept.encode() in value for value in cached)
    assert not any(kept.encode() in path.read_bytes() for path in runtime.data_dir.glob("*.db*"))


def test_pictures_of_papers_open_with_a_signature_for_a_while(reader, anonymous):
    data = reader.patch(PROFILE, json=PAPERS).json["data"]
    address = path_of(data["id_card_front"])

    fresh = anonymous.get(address)
    bare = anonymous.get(address.partition("?")[0])
    forged = anonymous.get(address[:-1] + ("0" if address[-1] != "0" else "1"))
    with time_machine.travel(clock.utc_now() + timedelta(minutes=11)):
        late = anonymous.get(address)

    assert [fresh.status_code, bare.status_code, forged.status_code, late.status_code] == [
        200, 404, 404, 404,
    ]  # fmt: skip
    assert fresh.headers["Cache-Control"] == "private, no-store"
    assert "/media/private/id-card/" in data["id_card_front"]


@pytest.mark.settings(media_url="https://img.example.com/")
def test_pictures_of_papers_open_here_even_if_public_ones_are_elsewhere(reader, anonymous):
    data = reader.patch(PROFILE, json=PAPERS | {"photo": in_json()}).json["data"]

    assert data["photo"].startswith("https://img.example.com/avatar/")
    assert data["id_card_back"].startswith("http://localhost/media/private/")
    assert anonymous.get(path_of(data["id_card_back"])).status_code == 200


def test_replaced_pictures_of_papers_are_removed(reader, runtime):
    for _ in range(2):
        reader.patch(PROFILE, json={"id_card_front": in_json()})
    before = stored_files(runtime)

    relay_everything()

    assert (len(before), len(stored_files(runtime))) == (2, 1)
    assert all("media-private" in str(path) for path in before)


def test_nothing_of_the_papers_is_logged(reader, runtime, capsys):
    reader.patch(PROFILE, json=PAPERS)
    reader.patch(PROFILE, json={"id_number": NUMBER[:-1] + "0"})
    relay_everything()

    written = "".join(capsys.readouterr())
    assert NUMBER[:-1] not in written
    assert "张三" not in written


def test_verification_reaches_the_media_platform_only_by_decision(reader):
    reader.patch(PROFILE, json=PAPERS)

    refresh_view()
    assert db.session.scalar(select(User.is_verified)) is False


def test_papers_of_two_people_do_not_meet(sign_in):
    clients = [sign_in(UserFactory()) for _ in range(2)]

    for client in clients:
        client.patch(PROFILE, json=PAPERS)

    assert [reviews(client.user) for client in clients] == [[OPEN], [OPEN]]
