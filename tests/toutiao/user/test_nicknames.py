"""Nicknames: who may take which (user-app.md §4.4, security.md row 61)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from common.extensions.db import db, refresh_view, transaction
from common.models import User
from tests.factories import UserFactory
from tests.support.harness.threads import at_once

PROFILE = "/v1_0/user/profile"


def edit(client, **members):
    return client.patch(PROFILE, json=members)


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("晚风", "晚风"), ("晚风", "晚\u200b风"), ("晚风", " 晚风 "), ("晚风", "晚\ufe0f风"),
        ("晚风", "晚\u0301风"), ("Tom", "Tom"), ("Tom", "TOM"), ("Tom", "Ｔｏｍ"),
        ("Ｔｏｍ", "Tom"), ("Tom", "T\u200dom"), ("Tom", "Тоm"), ("Tom", "ТОМ"), ("Антон", "антон"),
        ("Антон", "АНТОН"), ("Антон", "Aнтoн"), ("Aнтoн", "Антон"), ("Ian", "lan"),
        ("e\u0301", "é"), ("é", "e\u0301"), ("❤", "❤\ufe0f"), ("👨👩", "👨\u200d👩"),
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_taken_one_is_taken(reader, sign_in, taken, name):
    assert edit(sign_in(UserFactory()), name=taken).status_code == 201
    own = reader.user.user_name

    answer = edit(reader, name=name)

    assert answer.status_code == 409
    assert answer.json == {"message": "User name has existed."}
    assert reader.get(PROFILE).json["data"]["name"] == own


def test_a_name_is_free_again_when_its_bearer_has_another(reader, sign_in):
    other = sign_in(UserFactory())
    edit(other, name="Антон")
    edit(other, name="Борис")

    assert edit(reader, name="Aнтoн").status_code == 201
    assert edit(other, name="Антон").status_code == 409


@pytest.mark.parametrize(
    ("first", "second"),
    [("Антон", "Anton"), ("👍", "👍🏽"), ("🇨🇳", "🇨🇦"), ("か", "が"), ("ian", "lan")],
)
def test_names_that_look_different_are_both_free(reader, sign_in, first, second):
    assert edit(sign_in(UserFactory()), name=first).status_code == 201
    assert edit(reader, name=second).status_code == 201


@pytest.mark.parametrize(
    "name",
    [
        "官方小号", "管理员", "admin", "ＡＤＭＩＮ", "Adm1n", "аdmin", "admin01", "ad min",
        "系统消息", "头条", "系 统", "官\u200b方", "官·方", "官😀方", "⽅官方", "管理員",
        "今日头條", "系統公告", "аԁмin", "ᴀᴅᴍɪɴ", "🅰dmin", "ad\u0336min", "adrnin", "R00T",
        "客-服", "官\ufe0f方",
    ],
)  # fmt: skip
def test_names_that_speak_for_the_product_are_taken(reader, name):
    assert edit(reader, name=name).status_code == 409


@pytest.mark.parametrize(
    "name",
    ["badmint", "系统架构师", "头条新闻控", "O'Neil", "😀😀", "Лиса", "a b", "Антон", "ＡＢＣ", "é",
     "e\u0301", "👨\u200d👩\u200d👧", "👍🏽" * 7, "🇨🇳" * 7, "1\ufe0f\u20e3❤\ufe0f\u200d🔥",
     "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿" * 7, "می\u200cخواهم"],
)  # fmt: skip
def test_ordinary_names_are_free_and_stay_as_they_were_typed(reader, anonymous, name):
    answer = edit(reader, name=name)

    assert answer.status_code == 201
    assert answer.json["data"]["name"] == name
    assert reader.get(PROFILE).json["data"]["name"] == name
    card = anonymous.get(f"/v1_0/users/{reader.user.user_id}").json["data"]
    assert card["name"] == name


@pytest.mark.parametrize(
    "name", ["👍🏽" * 8, "🇨🇳" * 8, "12345678", "\u200b", " ", "x\u0335\u0336\u0337", "😀" * 101]
)
def test_names_that_are_too_long_or_show_nothing_are_refused(reader, name):
    answer = edit(reader, name=name)

    assert answer.status_code == 400
    assert answer.json["errors"] == {"name": 'Value does not match pattern: "^.{1,7}$"'}


def test_the_own_name_may_stay_whatever_it_is(sign_in):
    client = sign_in(UserFactory(user_name="13812345678"))

    answer = edit(client, name="13812345678", gender=1)

    assert answer.status_code == 201
    assert answer.json["data"]["name"] == "13812345678"


def test_an_older_account_that_looks_like_another_may_edit_the_rest(sign_in):
    UserFactory(user_name="Антон")
    older = UserFactory(user_name="?")
    with transaction() as session:
        values = {"user_name": "Aнтoн", "name_fold": None, "name_look": None}
        session.execute(update(User).where(User.user_id == older.user_id).values(values))
    client = sign_in(older)

    assert edit(client, name="Aнтoн", gender=1).status_code == 201
    assert edit(client, name="Антoн").status_code == 409
    assert edit(client, name="Пётр").status_code == 201


@pytest.mark.parametrize("other", ["晚风", "晚\u200b风"])
def test_of_two_who_want_a_name_at_once_one_gets_it(sign_in, other):
    one, another = sign_in(UserFactory()), sign_in(UserFactory())

    answers = at_once(lambda: edit(one, name="晚风"), lambda: edit(another, name=other))

    refresh_view()
    holders = db.session.scalar(select(func.count(User.user_id)).where(User.user_name == "晚风"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert holders == 1
