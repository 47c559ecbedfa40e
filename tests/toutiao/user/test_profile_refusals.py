"""What editing a profile refuses, and that nothing of it is stored (user-app.md §4.4)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import SensitiveWord, User
from common.services.moderation import hold_counts
from tests.factories import SensitiveWordFactory, UserFactory
from tests.support.harness.snapshots import snapshot

PROFILE = "/v1_0/user/profile"
NAME_REASON = 'Value does not match pattern: "^.{1,7}$"'
INTRO_REASON = 'Value does not match pattern: "^.{0,60}$"'


def edit(client, **members):
    return client.patch(PROFILE, json=members)


HUGE = 10**30
NO_TEXTS: list[Any] = [1, True, [], {}]
NO_GENDERS: list[Any] = [2, -1, "", "x", True, 0.0, [], HUGE]


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        *(("name", each, NAME_REASON) for each in ("", " ", "\u3164", "一二三四五六七八")),
        *(("name", each, NAME_REASON) for each in ("\u200b", "\u0301\u0301a", "x" * 10_000)),
        *(("name", each, NAME_REASON) for each in NO_TEXTS),
        *(("gender", each, "Invalid gender.") for each in NO_GENDERS),
        *(
            ("birthday", each, "Invalid date param.")
            for each in (
                "1899-12-31", "2999-01-01", "2023-02-29", "0000-00-00", "20010930", "x", 20010930,
                "2001-13-01", "2001-09-30T24:00:00", "２００１-09-30", "9" * 1000,
            )
        ),
        *(("intro", each, INTRO_REASON) for each in ("x" * 61, *NO_TEXTS)),
        *(
            ("real_name", each, NAME_REASON) for each in ("", "一二三四五六七八", 7)
        ),
        *(
            ("id_number", each, "Invalid id number.")
            for each in (
                "", "110105194912310021", "11010519490231002X", "010105194912310029",
                "1101054912310", "110105491331002", "x" * 18, 110105491231002,
                "１１０１０５１９４９１２３１００２Ｘ", "9" * 50_000,
            )
        ),
        ("photo", "", "Invalid image."),  # of papers it means that none was chosen
        *(
            (name, each, "Invalid image.")
            for name in ("photo", "id_card_front", "id_card_back", "id_card_handheld")
            for each in ("x", "AAAA", "http://a.example/b.png", "data:image/png;base64,", 1)
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_reason_and_nothing_is_stored(
    reader, runtime, member, value, reason
):
    before = snapshot(runtime)

    answer = edit(reader, **{member: value})

    assert answer.status_code == 400
    assert answer.json == {"message": f"{member}: {reason}", "errors": {member: reason}}
    assert snapshot(runtime) == before


@pytest.mark.parametrize("body", ["{", "[]", "7", '"x"', '{"name": "a", "name": "b"}', "\ufeff{}"])
def test_a_body_that_is_no_json_object_is_refused(reader, runtime, body):
    before = snapshot(runtime)

    answer = reader.patch(PROFILE, data=body.encode())

    assert (answer.status_code, "errors" in answer.json) == (400, False)
    assert snapshot(runtime) == before


def test_the_other_members_are_not_saved_when_one_is_refused(reader, runtime):
    UserFactory(user_name="晚风")
    before = snapshot(runtime)

    answers = [edit(reader, gender=1, birthday="x"), edit(reader, gender=1, name="晚风")]

    assert [answer.status_code for answer in answers] == [400, 409]
    assert snapshot(runtime) == before


def test_members_that_are_nobodys_to_set_are_ignored(reader):
    attack = {
        "id": 1, "user_id": 1, "status": 0, "is_media": True, "is_verified": True,
        "mobile": "13900000000", "like_count": 5, "token_version": 9, "certi": "x", "Name": "x",
        "password": "x", "account": "x", "user_name": "x", "introduction": "x",
    }  # fmt: skip
    columns = User.__table__.columns
    before = db.session.execute(select(*columns)).all()

    answer = edit(reader, **attack)

    refresh_view()
    assert answer.json["data"] == {"id": reader.user.user_id}
    assert db.session.execute(select(*columns)).all() == before


@pytest.mark.parametrize("text", ["坏词", "坏 词", "坏\u200b词", "有坏-词的"])
@pytest.mark.parametrize("member", ["name", "intro"])
def test_a_sensitive_word_is_refused_and_counted(reader, member, text):
    SensitiveWordFactory(word="坏词")

    answer = edit(reader, gender=1, **{member: text})

    refresh_view()
    assert answer.status_code == 400
    assert answer.json["errors"] == {member: "Sensitive word."}
    assert reader.get(PROFILE).json["data"]["gender"] == 0
    hold_counts.flush()
    refresh_view()
    assert db.session.scalar(select(SensitiveWord.hold_count)) == 1
