"""Refreshing a token and logging out (media-platform.md §2.4, §2.32; security.md row 7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import RevokedToken
from common.services.accounts import authentication
from common.utils import clock
from tests.factories import UserFactory
from tests.support.clients.logging_in import EDITORS, bearing, code_for, log_in, payload_of
from tests.support.scenarios.accounts import lock_out, verify

AUTHORIZATIONS = "/mp/v1_0/authorizations"
PROFILE = "/mp/v1_0/user/profile"
WRONG = {"message": "Wrong refresh token."}


@pytest.fixture
def user(runtime):
    """A verified user."""
    return UserFactory(verified=True)


@pytest.fixture
def login(anonymous, user):
    """``login()``: the data of one more log-in of this user."""

    def enter(door=EDITORS):
        code = code_for(anonymous, user.mobile, door=door)
        return log_in(anonymous, user.mobile, code, door=door).json["data"]

    return enter


def refreshed(client, token, **options):
    return client.put(AUTHORIZATIONS, **{**options, **bearing(token)})


@pytest.mark.parametrize("options", [{}, {"json": {}}, {"data": {}}])
def test_a_refresh_token_gives_new_access_tokens_and_stays_good(anonymous, login, options):
    data = login()

    answers = [refreshed(anonymous, data["refresh_token"], **options) for _ in range(2)]

    for answer in answers:
        assert (answer.status_code, answer.json["message"]) == (201, "OK")
        assert answer.json["data"].keys() == {"token"}
        token = answer.json["data"]["token"]
        assert payload_of(token)["verified"] is True
        assert anonymous.get(PROFILE, **bearing(token)).status_code == 200


def test_anything_else_is_a_wrong_refresh_token_and_never_401(anonymous, user, runtime):
    unverified = UserFactory()
    issuer = authentication.issuer()
    wrong = {
        "access": issuer.access(user.user_id, ver=0, verified=True),
        "not verified": issuer.refresh(unverified.user_id, ver=0, verified=True),
        "outdated": issuer.refresh(user.user_id, ver=1, verified=True),
        "nobody's": issuer.refresh(404, ver=0, verified=True),
        "junk": "undefined",
    }

    for what, token in wrong.items():
        answer = refreshed(anonymous, token)
        assert (what, answer.status_code, answer.json) == (what, 403, WRONG)
    without = anonymous.put(AUTHORIZATIONS)
    assert (without.status_code, without.json) == (403, WRONG)


def test_who_was_verified_meanwhile_gets_in_with_the_token_he_has(anonymous):
    reader = UserFactory()
    token = authentication.issuer().refresh(reader.user_id, ver=0)
    verify(reader.user_id)

    answer = refreshed(anonymous, token)

    assert anonymous.get(PROFILE, **bearing(answer.json["data"]["token"])).status_code == 200


def test_a_frozen_editor_cannot_refresh(anonymous, user):
    token = authentication.issuer().refresh(user.user_id, ver=0, verified=True)
    lock_out(user.user_id)

    answer = refreshed(anonymous, token)

    assert (answer.status_code, answer.json) == (403, {"message": "User denied."})


def test_logging_out_ends_the_pair_of_tokens_and_those_refreshed_from_it(anonymous, login):
    data = login()
    second = refreshed(anonymous, data["refresh_token"]).json["data"]["token"]

    answer = anonymous.delete(AUTHORIZATIONS, **bearing(second))

    assert (answer.status_code, answer.data) == (204, b"")
    for token in (data["token"], second):
        for path in (PROFILE, "/v1_0/user"):
            assert anonymous.get(path, **bearing(token)).status_code == 401
    for path in (AUTHORIZATIONS, "/v1_0/authorizations"):
        refused = anonymous.put(path, **bearing(data["refresh_token"]))
        assert (refused.status_code, refused.json) == (403, WRONG)


def test_other_logins_of_the_same_editor_stay(anonymous, sign_in, user, login):
    elsewhere = sign_in(user)
    data = login()

    anonymous.delete(AUTHORIZATIONS, **bearing(data["token"]))

    assert elsewhere.get(PROFILE).status_code == 200


def test_logging_out_twice_needs_no_second_time(anonymous, login):
    data = login()
    anonymous.delete(AUTHORIZATIONS, **bearing(data["token"]))

    answer = anonymous.delete(AUTHORIZATIONS, **bearing(data["token"]))

    assert (answer.status_code, answer.json) == (401, {"message": "User must be authorized."})


def test_a_log_out_is_remembered_for_as_long_as_the_refresh_token_would_live(anonymous, login):
    anonymous.delete(AUTHORIZATIONS, **bearing(login()["token"]))

    refresh_view()
    ended = db.session.scalars(select(RevokedToken)).one()
    assert ended.expires_at - clock.now() > timedelta(days=13, hours=23)


def test_a_reader_who_is_logged_out_here_is_logged_out_there(anonymous, login):
    data = login("/v1_0")

    anonymous.delete(AUTHORIZATIONS, **bearing(data["token"]))

    assert anonymous.get("/v1_0/user", **bearing(data["token"])).status_code == 401
