"""Administrators log in by password (contract/admin.md §1.8, §2.2, §2.3)."""

from __future__ import annotations

import pytest
from werkzeug.security import generate_password_hash

from common.utils.constants import UserStatus
from tests.factories import AdministratorFactory, AdministratorGroupFactory, UserFactory
from tests.support.clients.logging_in import from_address, payload_of
from tests.support.scenarios.operators import (
    MIS,
    PASSWORD,
    administrator,
    bearing,
    log_in,
    operations,
    told,
    with_password,
)


def test_a_login_answers_tokens_and_the_whole_tree(gateway):
    boss = with_password()

    answer = log_in(gateway, boss.account)

    assert answer.status_code == 201
    assert answer.json["message"] == "OK"
    data = answer.json["data"]
    assert set(data) == {
        "token",
        "refresh_token",
        "administrator_id",
        "id",
        "group_id",
        "name",
        "permission_tree",
    }
    assert data["id"] == data["administrator_id"] == boss.administrator_id
    assert [node["name"] for node in data["permission_tree"]][:3] == [
        "首页",
        "用户管理",
        "信息管理",
    ]
    claims = payload_of(data["token"])
    assert (claims["administrator_id"], claims["refresh"], claims["aud"]) == (
        boss.administrator_id,
        False,
        "mis",
    )
    assert "user_id" not in claims
    assert gateway.get(f"{MIS}/administrators", **bearing(data["token"])).status_code == 200


def test_a_login_is_counted_and_written_down(gateway):
    boss = with_password()
    before = administrator(boss.administrator_id).update_time

    log_in(gateway, boss.account, **from_address("203.0.113.7"))

    row = administrator(boss.administrator_id)
    assert row.access_count == 1
    assert row.last_login is not None
    assert row.update_time == before
    (entry,) = operations()
    assert entry.description == f"登录: 管理员 {boss.account}"
    assert (entry.administrator_id, entry.ip) == (boss.administrator_id, "203.0.113.7")


def test_a_token_of_another_door_is_ignored_at_the_login(gateway, sign_in):
    boss = with_password()

    for client in (sign_in(UserFactory()), sign_in(boss)):
        assert log_in(client, boss.account).status_code == 201


@pytest.mark.parametrize("account", ["nobody1", "operator"])
def test_nobody_learns_whether_an_account_exists(gateway, account):
    with_password(account="operator")

    answer = log_in(gateway, account, "wrong-pass-1")

    assert (answer.status_code, answer.json) == (403, {"message": "Wrong password"})
    assert told() == [f"登录: 管理员 {account} 失败"]


@pytest.mark.settings(demo="on")
def test_in_demo_mode_both_cases_have_their_own_text(gateway):
    with_password(account="operator")

    answers = [log_in(gateway, account, "wrong-pass-1") for account in ("nobody1", "operator")]

    assert [answer.json["message"] for answer in answers] == [
        "Please verify your real information in web.",
        "Wrong password",
    ]


def test_who_is_disabled_is_told_so_behind_the_right_password_only(gateway):
    boss = with_password(status=UserStatus.DISABLED)

    right, wrong = log_in(gateway, boss.account), log_in(gateway, boss.account, "wrong-pass-1")

    assert (right.status_code, right.json) == (403, {"message": "Administrator denied."})
    assert (wrong.status_code, wrong.json) == (403, {"message": "Wrong password"})
    assert administrator(boss.administrator_id).access_count == 0


def test_a_disabled_group_keeps_its_members_out(gateway):
    group = AdministratorGroupFactory(status=UserStatus.DISABLED)
    boss = with_password(super=False, group_id=group.group_id)

    answer = log_in(gateway, boss.account)

    assert (answer.status_code, answer.json) == (403, {"message": "Group status disable."})


def test_five_wrong_passwords_lock_an_account_wherever_they_come_from(gateway):
    boss, other = with_password(), with_password()

    answers = [
        log_in(gateway, boss.account, "wrong-pass-1", **from_address(f"203.0.113.{n}"))
        for n in range(6)
    ]
    right = log_in(gateway, boss.account, **from_address("198.51.100.1"))

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert right.status_code == 429
    assert right.json == {"message": "Too many requests."}
    assert 880 <= int(right.headers["Retry-After"]) <= 900
    assert log_in(gateway, other.account).status_code == 201
    assert log_in(gateway, boss.account.upper()).status_code == 429


def test_a_right_password_forgets_the_wrong_ones(gateway):
    boss = with_password()

    for _ in range(2):
        for _ in range(4):
            assert log_in(gateway, boss.account, "wrong-pass-1").status_code == 403
        assert log_in(gateway, boss.account).status_code == 201


def test_an_address_that_tries_many_accounts_is_stopped(gateway):
    answers = [log_in(gateway, f"account{n}", "wrong-pass-1").status_code for n in range(31)]

    assert answers == [403] * 30 + [429]


def test_without_the_store_nobody_may_try(gateway, valkey):
    boss = with_password()
    valkey.stop()
    try:
        answer = log_in(gateway, boss.account)
    finally:
        valkey.start()

    assert answer.status_code == 503


def test_a_password_of_the_reference_is_good_once_more_and_then_kept_anew(gateway):
    old = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")
    boss = with_password(password=old)

    assert log_in(gateway, boss.account).status_code == 201
    assert administrator(boss.administrator_id).password.startswith("$argon2id$")
    assert log_in(gateway, boss.account).status_code == 201


@pytest.mark.parametrize(
    ("body", "name", "reason"),
    [
        ({"password": PASSWORD}, "account", "Missing required parameter in the JSON body"),
        ({"account": "1abc", "password": PASSWORD}, "account", "1abc is not a valid account"),
        ({"account": None, "password": PASSWORD}, "account",
         "Missing required parameter in the JSON body"),
        ({"account": "operator"}, "password", "Missing required parameter in the JSON body"),
        ({"account": "operator", "password": "short1"}, "password", "Invalid password."),
        ({"account": "operator", "password": "no digits here"}, "password", "Invalid password."),
        ({"account": "operator", "password": "a1" * 33}, "password", "Invalid password."),
        ({"account": "operator", "password": "a1" * 500_000}, "password", "Invalid password."),
        ({"account": "operator", "password": "secret12\x00"}, "password", "Invalid password."),
        ({"account": "operator", "password": ["secret12"]}, "password", "Invalid password."),
    ],
)  # fmt: skip
def test_a_malformed_login_is_refused_without_an_echo_of_the_password(gateway, body, name, reason):
    answer = gateway.post(f"{MIS}/authorizations", json=body)

    assert answer.status_code in (400, 413)
    if answer.status_code == 400:
        assert answer.json == {"message": f"{name}: {reason}", "errors": {name: reason}}


def test_full_width_letters_are_the_same_password(gateway):
    boss = with_password()

    assert log_in(gateway, boss.account, "ｏｒｄｉｎａｒｙ-７").status_code == 201


def test_a_refresh_token_gives_an_access_token_until_its_owner_may_not_come_in(gateway):
    boss = with_password()
    tokens = log_in(gateway, boss.account).json["data"]

    answer = gateway.put(f"{MIS}/authorizations", **bearing(tokens["refresh_token"]))

    assert answer.status_code == 201
    fresh = answer.json["data"]["token"]
    assert gateway.get(f"{MIS}/administrator", **bearing(fresh)).status_code == 200
    for wrong in (tokens["token"], "nonsense"):
        refused = gateway.put(f"{MIS}/authorizations", **bearing(wrong))
        assert (refused.status_code, refused.json) == (403, {"message": "Wrong refresh token."})
    assert gateway.put(f"{MIS}/authorizations").status_code == 403


def test_logging_out_ends_both_tokens_and_those_refreshed_from_them(gateway):
    boss = with_password()
    tokens, others = (log_in(gateway, boss.account).json["data"] for _ in range(2))
    refreshed = gateway.put(f"{MIS}/authorizations", **bearing(tokens["refresh_token"]))

    answer = gateway.delete(f"{MIS}/authorizations", **bearing(tokens["token"]))

    assert answer.status_code == 204
    for token in (tokens["token"], refreshed.json["data"]["token"]):
        assert gateway.get(f"{MIS}/administrator", **bearing(token)).status_code == 401
    refused = gateway.put(f"{MIS}/authorizations", **bearing(tokens["refresh_token"]))
    assert (refused.status_code, refused.json) == (403, {"message": "Wrong refresh token."})
    assert gateway.get(f"{MIS}/administrator", **bearing(others["token"])).status_code == 200
    assert told()[-1] == f"退出: 管理员 {boss.name}"


def test_a_new_password_ends_all_tokens(gateway):
    boss = with_password()
    tokens = [log_in(gateway, boss.account).json["data"] for _ in range(2)]
    body = {"old_password": PASSWORD, "password": "another-8"}

    answer = gateway.put(f"{MIS}/password", json=body, **bearing(tokens[0]["token"]))

    assert (answer.status_code, answer.json) == (201, {"message": "OK"})
    for each in tokens:
        assert gateway.get(f"{MIS}/administrator", **bearing(each["token"])).status_code == 401
        refused = gateway.put(f"{MIS}/authorizations", **bearing(each["refresh_token"]))
        assert refused.status_code == 403
    assert log_in(gateway, boss.account).status_code == 403
    assert log_in(gateway, boss.account, "another-8").status_code == 201
    entry = operations()[2]
    assert entry.description == f"修改: 管理员 {boss.name} 密码"
    assert entry.changes == {"password": ["***", "***"]}


def test_a_new_password_must_be_another_and_the_old_one_right(gateway):
    boss = with_password()
    token = bearing(log_in(gateway, boss.account).json["data"]["token"])

    same = {"old_password": PASSWORD, "password": PASSWORD}
    wrong = {"old_password": "wrong-pass-1", "password": "another-8"}

    answers = [gateway.put(f"{MIS}/password", json=body, **token) for body in (same, wrong)]

    assert [answer.status_code for answer in answers] == [400, 403]
    assert answers[0].json["errors"] == {"password": "Invalid password."}
    assert answers[1].json == {"message": "Old password wrong."}


def test_nobody_signs_in_who_has_no_password(gateway):
    boss = AdministratorFactory(super=True)

    assert log_in(gateway, boss.account, "!!!!!!!1a").status_code == 403
