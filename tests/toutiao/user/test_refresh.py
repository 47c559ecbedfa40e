"""Exchanging a refresh token for a new access token: 201 or 403, and nothing else.

Contract: user-app.md §3.3.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.services.accounts import authentication
from common.utils import clock
from common.utils.jwt_util import TokenIssuer
from tests.factories import AdministratorFactory, UserFactory
from tests.support.clients.tokens import forge
from tests.support.scenarios.accounts import end_tokens, lock_out, verify

PATH = "/v1_0/authorizations"
WRONG = {"message": "Wrong refresh token."}


@pytest.fixture
def user(runtime):
    """Whose tokens are refreshed."""
    return UserFactory()


def bearer(token):
    """The header with a token."""
    return {"Authorization": f"Bearer {token}"}


def refresh_token(user):
    """A refresh token as login gives it."""
    return authentication.issuer().refresh(user.user_id, ver=user.token_version, verified=False)


@pytest.mark.parametrize("path", [PATH, f"/app{PATH}", f"/api/app{PATH}", f"{PATH}/"])
def test_a_refresh_token_gives_access_tokens_again_and_again(anonymous, user, path):
    token = refresh_token(user)

    answers = [anonymous.put(path, headers=bearer(token)) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 201
        assert answer.json["message"] == "OK"
        assert answer.json["data"].keys() == {"token"}
        card = anonymous.get("/v1_0/user", headers=bearer(answer.json["data"]["token"]))
        assert card.json["data"]["id"] == user.user_id


@pytest.mark.parametrize("body", [b"", b"target=1", b"{", b"[]", b"null"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", None])
def test_a_body_is_not_looked_at(anonymous, user, body, kind):
    headers = bearer(refresh_token(user))

    answer = anonymous.put(PATH, headers=headers, data=body, content_type=kind)

    assert answer.status_code == 201


def test_the_new_token_knows_what_has_become_of_the_account(anonymous, user):
    token = refresh_token(user)
    verify(user.user_id)

    fresh = anonymous.put(PATH, headers=bearer(token)).json["data"]["token"]

    assert authentication.issuer().verify(fresh).verified


def wrong_headers(user, settings):
    """Headers that are no refresh token of this account, by what is wrong with them."""
    issuer = authentication.issuer()
    good = refresh_token(user)
    secret = settings.jwt_secret.get_secret_value()
    mis = TokenIssuer(
        settings.mis_jwt_secret.get_secret_value(),
        audience="mis",
        subject_claim="administrator_id",
        access_ttl=timedelta(hours=2),
        refresh_ttl=timedelta(days=14),
    )
    administrator = AdministratorFactory()
    payload = {"user_id": user.user_id, "refresh": True, "ver": 0, "aud": "app",
               "jti": "0" * 32, "iat": 0, "exp": 2**40}  # fmt: skip
    return {
        "none": None,
        "nothing behind the scheme": "Bearer ",
        "undefined": "Bearer undefined",
        "null": "Bearer null",
        "a word": "Bearer nonsense",
        "another scheme": f"Basic {good}",
        "a device": "Anony device-1",
        "no scheme": good,
        "two spaces": f"Bearer  {good}",
        "a tab": f"Bearer\t{good}",
        "an access token": f"Bearer {issuer.access(user.user_id, ver=0)}",
        "a changed signature": f"Bearer {good[:-2]}{'AA' if good[-2:] != 'AA' else 'BB'}",
        "not signed": f"Bearer {forge(payload, header={'alg': 'none'}).rpartition('.')[0]}.",
        "another algorithm": (
            f"Bearer {forge(payload, header={'alg': 'HS512'}, secret=secret, digest='sha512')}"
        ),
        "another secret": f"Bearer {forge(payload, secret='x' * 40)}",
        "an administrator's": f"Bearer {mis.refresh(administrator.administrator_id, ver=0)}",
        "another version": f"Bearer {issuer.refresh(user.user_id, ver=1)}",
        "nobody's": f"Bearer {issuer.refresh(404, ver=0)}",
        "huge": "Bearer " + "x" * 8192,
    }


def test_everything_else_is_refused_with_403_and_never_401(anonymous, user, runtime):
    for what, header in wrong_headers(user, runtime).items():
        headers = {} if header is None else {"Authorization": header}

        answer = anonymous.put(PATH, headers=headers)

        assert (what, answer.status_code, answer.json) == (what, 403, WRONG)


def test_an_expired_refresh_token_is_refused(anonymous, user):
    token = refresh_token(user)

    with time_machine.travel(clock.utc_now() + timedelta(days=14, seconds=1), tick=False):
        answer = anonymous.put(PATH, headers=bearer(token))

    assert (answer.status_code, answer.json) == (403, WRONG)


def test_a_disabled_account_is_denied_at_once(anonymous, user):
    token = refresh_token(user)
    lock_out(user.user_id)

    answer = anonymous.put(PATH, headers=bearer(token))

    assert (answer.status_code, answer.json) == (403, {"message": "User denied."})


def test_a_new_token_version_ends_older_refresh_tokens(anonymous, user):
    token = refresh_token(user)
    end_tokens(user.user_id)

    answer = anonymous.put(PATH, headers=bearer(token))

    assert (answer.status_code, answer.json) == (403, WRONG)


def test_refreshing_needs_no_redis(anonymous, user, valkey):
    token = refresh_token(user)
    valkey.stop()

    assert anonymous.put(PATH, headers=bearer(token)).status_code == 201


@pytest.mark.settings(demo="on")
def test_browsers_may_read_the_refusal(anonymous, runtime):
    answer = anonymous.put(PATH, headers={"Origin": "http://client.example"})

    assert answer.status_code == 403
    assert answer.headers["Access-Control-Allow-Origin"] in ("http://client.example", "*")
