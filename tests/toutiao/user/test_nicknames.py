"""Nicknames: who may take which (user-app.md §4.4, security.md row 61)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import User
from tests.factories import UserFactory
from tests.support.threads import at_once

PROFILE = "/v1_0/user/profile"


def edit(client, **members):
    return client.patch(PROFILE, json=members)


@pytest.mark.parametrize(
    "name",
    ["晚风", "晚\u200b风", " 晚风 ", "Tom", "TOM", "Ｔｏｍ", "T\u200dom", "Тоm", "晚\ufe0f风"],
)
def test_a_name_that_looks_like_a_taken_one_is_taken(reader, name):
    UserFactory(user_name="晚风")
    UserFactory(user_name="Tom")
    own = reader.user.user_name

    answer = edit(reader, name=name)

    assert answer.status_code == 409
    assert answer.json == {"message": "User name has existed."}
    assert reader.get(PROFILE).json["data"]["name"] == own


@pytest.mark.parametrize(
    "name",
    [
        "官方小号", "管理员", "admin", "ＡＤＭＩＮ", "Adm1n", "аdmin", "admin01", "ad min",
        "系统消息", "头条", "系 统",
    ],
)  # fmt: skip
def test_names_that_speak_for_the_product_are_taken(reader, name):
    assert edit(reader, name=name).status_code == 409


@pytest.mark.parametrize(
    "name", ["badmint", "系统架构师", "头条新闻控", "O'Neil", "😀😀", "Лиса", "a b"]
)
def test_ordinary_names_are_free(reader, name):
    assert edit(reader, name=name).status_code == 201


def test_the_own_name_may_stay_whatever_it_is(sign_in):
    client = sign_in(UserFactory(user_name="13812345678"))

    answer = edit(client, name="13812345678", gender=1)

    assert answer.status_code == 201
    assert answer.json["data"]["name"] == "13812345678"


def test_of_two_who_want_a_name_at_once_one_gets_it(sign_in):
    clients = [sign_in(UserFactory()) for _ in range(2)]

    answers = at_once(*[lambda client=client: edit(client, name="晚风") for client in clients])

    refresh_view()
    holders = db.session.scalar(select(func.count(User.user_id)).where(User.user_name == "晚风"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert holders == 1
