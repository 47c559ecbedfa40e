"""An editor's own profile (contract/media-platform.md §2.5)."""

from __future__ import annotations

from common.extensions.db import db, transaction
from common.models import User
from common.utils import media
from common.utils.observing import metering
from tests.factories import UserFactory

PROFILE = "/mp/v1_0/user/profile"


def test_an_editor_sees_his_own_data(sign_in):
    user = UserFactory(verified=True, email="lamp@example.cn", introduction="记录城市夜色")
    editor = sign_in(user)

    answer = editor.get(PROFILE)

    assert answer.status_code == 200
    assert answer.json == {
        "message": "OK",
        "data": {
            "id": user.user_id,
            "name": user.user_name,
            "intro": "记录城市夜色",
            "photo": media.avatar("", user.user_id),
            "email": "lamp@example.cn",
            "mobile": user.mobile,
        },
    }


def test_what_was_never_said_is_empty_text_but_for_the_address_which_is_null(editor):
    data = editor.get(PROFILE).json["data"]

    assert (data["intro"], data["email"]) == ("", None)


def test_the_address_rests_sealed_in_the_cache(sign_in, redis):
    user = UserFactory(verified=True, email="lamp@example.cn")
    sign_in(user).get(PROFILE)

    kept = redis.get(f"user:{user.user_id}:profilex")

    assert kept
    assert b"lamp" not in kept


def test_a_value_of_an_older_version_in_the_cache_is_read_anew(sign_in, redis):
    user = UserFactory(verified=True)
    editor = sign_in(user)
    redis.set(f"user:{user.user_id}:profilex", b'{"mobile":"x","gender":0,"birthday":""}')
    with transaction() as session:
        session.get_one(User, user.user_id).email = "new@example.cn"
    db.session.remove()

    assert editor.get(PROFILE).json["data"]["email"] == "new@example.cn"


def test_the_profile_costs_two_stages_and_no_sql_once_it_is_warm(editor):
    editor.get(PROFILE)

    with metering.measure() as cost:
        editor.get(PROFILE)

    assert cost.stages <= 2
    assert cost.sql == 0
