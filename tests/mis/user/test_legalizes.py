"""Operators decide requests for verification (admin.md §2.28 to §2.31, §3.3)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view
from common.models import LegalizeLog, User
from common.utils.constants import LegalizeKind, LegalizeStatus
from common.utils.crypto import sealing
from common.utils.storage import object_key
from tests.factories import LegalizeLogFactory, QualificationFactory, UserFactory
from tests.support.clients.logging_in import payload_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once
from tests.support.scenarios.operators import MIS, operations, told

LEGALIZES = f"{MIS}/legalizes"
NUMBER = "110101199406180000"


def decide(client, *ids, status=2, **members):
    """The answer to a decision."""
    return client.put(LEGALIZES, json={"legalize_ids": list(ids), "status": status, **members})


def flags(user_id):
    """Whether somebody is verified, and whether he is qualified."""
    refresh_view()
    user = db.session.get(User, user_id, populate_existing=True)
    return user.is_verified, user.is_media


def log_of(legalize_id):
    """A request as it is in SQL now."""
    refresh_view()
    return db.session.get(LegalizeLog, legalize_id, populate_existing=True)


@pytest.mark.parametrize(
    ("kind", "after"),
    [(LegalizeKind.REAL_NAME, (True, False)), (LegalizeKind.QUALIFICATION, (False, True))],
)
def test_an_approval_grants_what_was_asked_for_and_nothing_else(admin, kind, after):
    log = LegalizeLogFactory(type=kind)
    user_id, legalize_id = log.user_id, log.legalize_id

    answer = decide(admin, legalize_id, legalize_id, 404)

    assert (answer.status_code, answer.json["data"]) == (201, {"count": 1})
    assert flags(user_id) == after
    row = log_of(legalize_id)
    assert (row.status, row.reject_reason) == (LegalizeStatus.APPROVED, None)
    assert row.reviewer_id == admin.user.administrator_id
    assert row.review_time is not None
    assert told() == [f"审核: 认证 {legalize_id} 用户 {user_id}"]


def test_a_rejection_takes_nothing_back(admin):
    user = UserFactory(is_media=True, is_verified=True)
    log = LegalizeLogFactory(user_id=user.user_id, type=LegalizeKind.QUALIFICATION)
    user_id, legalize_id = user.user_id, log.legalize_id

    answer = decide(admin, legalize_id, status=3)

    assert answer.status_code == 201
    assert flags(user_id) == (True, True)
    assert log_of(legalize_id).reject_reason == "资料不通过，驳回"
    assert told() == [f"驳回: 认证 {legalize_id} 用户 {user_id} 资料不通过，驳回"]


def test_what_is_decided_stays_decided(admin):
    log, other = LegalizeLogFactory(), LegalizeLogFactory()
    legalize_id, other_id, user_id = log.legalize_id, other.legalize_id, log.user_id
    decide(admin, legalize_id)

    again = decide(admin, legalize_id, status=3)
    mixed = decide(admin, legalize_id, other_id, status=3)

    assert (again.status_code, again.json) == (403, {"message": "Legalize is processed."})
    assert mixed.json["data"] == {"count": 1}
    assert log_of(legalize_id).status == LegalizeStatus.APPROVED
    assert flags(user_id)[1] is True


def test_of_two_who_decide_at_once_one_does(admin):
    legalize_id = LegalizeLogFactory().legalize_id

    answers = at_once(
        lambda: decide(admin, legalize_id), lambda: decide(admin, legalize_id, status=3)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 403]


def test_the_applicant_is_told_and_sees_it(admin, sign_in):
    log = LegalizeLogFactory(type=LegalizeKind.REAL_NAME)
    reader = sign_in(db.session.get(User, log.user_id))
    decide(admin, log.legalize_id, status=3, reject_reason="照片不清")

    relay_everything()

    data = reader.get("/v1_0/user/notifications").json["data"]
    assert data["total_count"] == 1
    (card,) = data["results"]
    assert (card["kind"], card["type"], card["status"], card["reason"]) == (
        "verification",
        1,
        3,
        "照片不清",
    )
    assert data["unread_count"] == 1


def test_an_approval_shows_on_the_profile_at_once_and_in_the_next_token(admin, sign_in, anonymous):
    user = UserFactory()
    user_id = user.user_id
    reader = sign_in(user)
    card = f"/v1_0/users/{user_id}"
    assert anonymous.get(card).json["data"]["is_media"] is False
    real = LegalizeLogFactory(user_id=user_id, type=LegalizeKind.REAL_NAME).legalize_id
    papers = LegalizeLogFactory(user_id=user_id, type=LegalizeKind.QUALIFICATION).legalize_id

    decide(admin, real, papers)

    assert anonymous.get(card).json["data"]["is_media"] is True
    assert reader.get("/mp/v1_0/user/profile").json == {
        "message": "User must be real info verified."
    }
    assert payload_of(reader.token)["verified"] is False


def test_papers_are_opened_for_operators_and_that_is_written_down(admin, with_codes):
    key = object_key("id-card", b"", extension="jpg", private=True)
    user = UserFactory(
        profile={
            "real_name": "林某某",
            "id_number": sealing.seal(NUMBER),
            "id_card_front": key,
            "id_card_back": "of-the-reference.jpg",
        }
    )
    log = LegalizeLogFactory(user_id=user.user_id, type=LegalizeKind.REAL_NAME)
    path = f"{LEGALIZES}/{log.legalize_id}"
    user_id, legalize_id = user.user_id, log.legalize_id

    answer = admin.get(path)

    papers = answer.json["data"]["user_profile"]
    assert (papers["real_name"], papers["id_number"]) == ("林某某", NUMBER)
    assert papers["id_card_front"].startswith("http")
    assert f"{key}?expires=" in papers["id_card_front"]
    assert papers["id_card_back"].endswith("of-the-reference.jpg")
    assert papers["id_card_handheld"] is None
    assert told() == [f"查询: 认证 {legalize_id} 用户 {user_id}"]
    assert NUMBER not in str([(each.description, each.changes) for each in operations()])
    listed = with_codes("legalize-list-get").get(LEGALIZES)
    assert NUMBER not in listed.text
    assert "林某某" not in listed.text


def test_missing_papers_are_none_and_no_failure(admin):
    qualification = QualificationFactory(name="林某某")
    log = LegalizeLogFactory(
        user_id=qualification.user_id, qualification_id=qualification.qualification_id
    )
    lost = LegalizeLogFactory(qualification_id=9999)
    path, lost_path = (f"{LEGALIZES}/{each.legalize_id}" for each in (log, lost))

    assert admin.get(path).json["data"]["qualification"]["name"] == "林某某"
    assert admin.get(lost_path).json["data"]["qualification"] is None
    unknown = admin.get(f"{LEGALIZES}/404")
    assert (unknown.status_code, unknown.json) == (400, {"message": "Invalid legalize id."})


def test_lists_are_filtered_and_say_since_when_the_oldest_waits(admin, cost):
    first = LegalizeLogFactory(user_id=UserFactory(user_name="河畔灯火").user_id)
    second = LegalizeLogFactory(type=LegalizeKind.REAL_NAME)
    ids = [first.legalize_id, second.legalize_id]
    waiting_since = first.create_time.isoformat(timespec="seconds")
    decide(admin, ids[1])

    def found(query):
        rows = admin.get(f"{LEGALIZES}?{query}").json["data"]["legalizes"]
        return [row["legalize_id"] for row in rows]

    with cost() as spent:
        data = admin.get(LEGALIZES).json["data"]

    assert spent.sql == 2
    assert data["oldest_at"] == waiting_since
    assert found("status=1") == [ids[0]]
    assert found("type=1&status=") == [ids[1]]
    assert found("keyword=灯火") == [ids[0]]
    assert found("order_by=id") == ids
    row = next(each for each in data["legalizes"] if each["legalize_id"] == ids[1])
    assert row["reviewer_name"] == admin.user.name


def test_without_anything_waiting_there_is_no_oldest(admin):
    assert admin.get(LEGALIZES).json["data"]["oldest_at"] is None


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"status": 2}, "legalize_ids", "Missing required parameter in the JSON body"),
        ({"legalize_ids": [1]}, "status", "Missing required parameter in the JSON body"),
        ({"legalize_ids": [1], "status": 1}, "status",
         "Invalid argument: 1. argument must be within the range 2 - 3"),
        ({"legalize_ids": [1], "status": 3, "reject_reason": "长" * 201}, "reject_reason",
         'Value does not match pattern: "^.{0,200}$"'),
    ],
)  # fmt: skip
def test_a_malformed_decision_is_refused(refuses, body, name, reason):
    refuses("PUT", LEGALIZES, [({"json": body}, {name: reason})])
