"""A riddle before a password is tried, where a provider is configured (admin.md §2.1, §2.2)."""

from __future__ import annotations

import pytest

from tests.support.clients.captchas import solved
from tests.support.scenarios.operators import MIS, PASSWORD, log_in, with_password

ALTCHA = pytest.mark.settings(captcha_driver="altcha")


def posed(client, account):
    """A solution of the riddle for an account."""
    answer = client.get(f"{MIS}/captchas/{account}")
    assert answer.status_code == 200
    return solved(answer.json["data"]["altcha"])


def try_to_log_in(client, account, **solution):
    """The answer to a log-in with a solution."""
    body = {"account": account, "password": PASSWORD, **solution}
    return client.post(f"{MIS}/authorizations", json=body)


def test_without_a_provider_nobody_is_asked(gateway):
    boss = with_password()

    answer = gateway.get(f"{MIS}/captchas/{boss.account}")

    assert set(answer.json["data"]) == {"success", "gt", "challenge", "new_captcha"}
    assert log_in(gateway, boss.account).status_code == 201


@ALTCHA
def test_with_one_everybody_has_to_solve_a_riddle_once_per_try(gateway):
    boss = with_password()
    assert log_in(gateway, boss.account).json == {"message": "Missing params."}
    solution = posed(gateway, boss.account)

    right = try_to_log_in(gateway, boss.account, altcha=solution)
    again = try_to_log_in(gateway, boss.account, altcha=solution)

    assert right.status_code == 201
    assert (again.status_code, again.json) == (400, {"message": "Captcha expired."})


@ALTCHA
def test_a_wrong_solution_or_one_of_another_account_is_worth_nothing(gateway):
    boss, other = with_password(), with_password()
    foreign = posed(gateway, other.account)
    posed(gateway, boss.account)

    answer = try_to_log_in(gateway, boss.account, altcha=foreign)

    assert (answer.status_code, answer.json) == (403, {"message": "Captcha validate failed."})
