"""Applying for qualification as a medium (media-platform.md §2.32, admin.md §3.3)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, transaction
from common.models import LegalizeLog, Qualification
from common.utils.constants import LegalizeKind, LegalizeStatus
from common.utils.crypto import sealing
from tests.factories import LegalizeLogFactory
from tests.support.clients.uploading import PNG, in_json
from tests.support.documents.refusing import MISSING_MEMBER
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.harness.threads import at_once

LEGALIZES = "/mp/v1_0/user/legalizes"
NUMBER = "11010519491231002X"
PICTURES = ("id_card_front", "id_card_back", "id_card_handheld", "qualification_img")
PROCESSING = {"message": "Legalize is processing."}


def papers(**changes):
    """Everything that an applicant can hand in, with changes; ``...`` leaves a member out."""
    said = {"industry": "出版", "company": "示例文化工作室", "position": "主编", "add_info": "无"}
    whole = {"name": "林某某", "id_number": NUMBER, **said, **dict.fromkeys(PICTURES, in_json())}
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def apply(client, **changes):
    return client.post(LEGALIZES, json=papers(**changes))


def rows(model):
    refresh_view()
    return list(db.session.scalars(select(model)))


def test_papers_that_are_handed_in_wait_for_the_operators(editor):
    answer = apply(editor)

    data = answer.json["data"]
    assert answer.status_code == 201
    assert (data["type"], data["status"], data["reject_reason"]) == (2, 1, None)
    (log,), (kept,) = rows(LegalizeLog), rows(Qualification)
    assert (log.user_id, log.type) == (editor.user.user_id, LegalizeKind.QUALIFICATION)
    assert log.qualification_id == kept.qualification_id
    assert (kept.name, kept.company, kept.position) == ("林某某", "示例文化工作室", "主编")
    assert editor.get(LEGALIZES).json["data"]["results"] == [data]


def test_the_number_rests_sealed_and_pictures_are_private(editor, anonymous):
    apply(editor)

    (kept,) = rows(Qualification)
    assert NUMBER not in kept.id_number
    assert sealing.unseal(kept.id_number) == NUMBER
    for name in PICTURES:
        key = getattr(kept, name)
        assert key.startswith("private/qualification/")
        assert anonymous.get(f"/media/{key}").status_code == 404


def test_an_application_that_waits_is_not_joined_by_a_second(editor, runtime):
    apply(editor)
    before = snapshot(runtime)

    answer = apply(editor, company="另一家")

    assert (answer.status_code, answer.json) == (409, PROCESSING)
    assert snapshot(runtime) == before


def test_of_many_at_once_one_is_kept(editor, runtime):
    answers = at_once(*[lambda: apply(editor).status_code] * 6)

    refresh_view()
    assert answers.count(201) == 1
    assert set(answers) == {201, 409}
    assert db.session.scalar(select(func.count(Qualification.qualification_id))) == 1


def test_who_was_rejected_reads_why_and_applies_again(editor):
    first = apply(editor).json["data"]["legalize_id"]
    with transaction() as session:
        log = session.get_one(LegalizeLog, first)
        log.status, log.reject_reason = LegalizeStatus.REJECTED, "资料不通过，驳回"

    answer = apply(editor)

    listed = editor.get(LEGALIZES).json["data"]
    assert answer.status_code == 201
    assert listed["total_count"] == 2
    assert [each["status"] for each in listed["results"]] == [1, 3]
    assert listed["results"][1]["reject_reason"] == "资料不通过，驳回"


def test_only_ones_own_are_listed_page_by_page(editor, sign_in):
    LegalizeLogFactory()
    for _ in range(3):
        LegalizeLogFactory(user_id=editor.user.user_id, status=LegalizeStatus.REJECTED)

    pages = [editor.get(LEGALIZES, query_string={"page": n, "per_page": 2}) for n in (1, 2, 3)]

    data = [page.json["data"] for page in pages]
    assert [len(each["results"]) for each in data] == [2, 1, 0]
    assert {each["total_count"] for each in data} == {3}


def test_what_is_wrong_or_missing_is_named_and_nothing_is_kept(refuses):
    long = 'Value does not match pattern: "^.{1,200}$"'
    name = 'Value does not match pattern: "^.{1,20}$"'
    cases = [
        ({}, {"name": MISSING_MEMBER}),
        (papers(name=""), {"name": name}),
        (papers(name="字" * 21), {"name": name}),
        (papers(id_number=...), {"id_number": MISSING_MEMBER}),
        (papers(id_number="110105194912310021"), {"id_number": "Invalid id number."}),
        (papers(industry=""), {"industry": long}),
        (papers(company="x" * 201), {"company": long}),
        (papers(position=7), {"position": long}),
        (papers(qualification_img=...), {"qualification_img": MISSING_MEMBER}),
        (papers(qualification_img="AAAA"), {"qualification_img": "Invalid image."}),
        (papers(id_card_front="x"), {"id_card_front": "Invalid image."}),
    ]

    refuses("POST", LEGALIZES, [({"json": body}, told) for body, told in cases])


def test_a_picture_that_cannot_be_stored_leaves_nothing_behind(editor, runtime):
    place = runtime.data_dir / "media-private"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")

    answer = apply(editor)

    place.unlink()
    assert answer.status_code == 507
    assert answer.json == {"message": "Uploading id_card_front image failed."}
    assert rows(Qualification) == rows(LegalizeLog) == []
    assert stored_files(runtime) == []


def test_a_picture_that_is_too_large_is_413(editor):
    answer = apply(editor, qualification_img=in_json(PNG + b"\0" * (5 * 1024 * 1024)))

    assert answer.status_code == 413


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_a_form_sends_empty_text_for_a_card_that_was_not_chosen(editor, nothing):
    answer = apply(editor, id_card_front=nothing, id_card_back=nothing)

    assert answer.status_code == 201
    (row,) = rows(Qualification)
    assert (row.id_card_front, row.id_card_back) == (None, None)
    assert row.qualification_img


def test_the_picture_that_is_asked_for_may_not_be_empty_text(editor):
    assert apply(editor, qualification_img="").status_code == 400
    assert rows(Qualification) == []
