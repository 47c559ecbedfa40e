"""Whose token it is, at endpoints that need one, welcome one, or ignore it (user-app.md §1.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.cache import tokens
from common.cache.engine import leases
from common.extensions.db import db, transaction
from common.extensions.redis import cache
from common.models import RevokedToken, User
from common.services.accounts import authentication
from common.utils import clock
from common.utils.constants import UserStatus
from tests.factories import ArticleFactory, UserFactory
from tests.support.clients.logging_in import new_mobile
from tests.support.clients.tokens import forgeries
from tests.support.harness.waiting import eventually
from tests.support.scenarios.accounts import end_tokens, lock_out

NEEDED = ["GET /v1_0/user", "POST /v1_0/comments"]
WELCOME = [
    "GET /v1_1/articles?channel_id=0&timestamp=1700000000",
    "GET /v1_0/articles?channel_id=0",
    "GET /v1_0/articles/{article}",
    "GET /v1_0/comments?type=a&source={article}",
    "GET /v1_0/user/channels",
]
IGNORED = ["GET /v1_0/channels", "GET /v1_0/sms/codes/{mobile}"]


@pytest.fixture
def call(anonymous):
    """``call(endpoint, authorization)``: the answer."""
    article = ArticleFactory(published=True)

    def send(endpoint, authorization=None):
        method, path = endpoint.split()
        path = path.format(article=article.article_id, mobile=new_mobile())
        headers = {} if authorization is None else {"Authorization": authorization}
        return anonymous.open(path, method=method, headers=headers)

    return send


@pytest.fixture
def user(runtime):
    """Whose token it is."""
    return UserFactory()


@pytest.mark.parametrize("endpoint", NEEDED)
def test_who_must_be_logged_in_and_is_not_gets_401(call, endpoint):
    for header in (None, "Bearer", "Bearer ", "Bearer undefined", "Bearer null", "Anony x", "?"):
        answer = call(endpoint, header)

        assert (header, answer.status_code) == (header, 401)
        assert answer.json == {"message": "User must be authorized."}


@pytest.mark.parametrize("endpoint", WELCOME + IGNORED)
def test_visitors_are_welcome_elsewhere(call, endpoint):
    for header in (None, "Bearer", "Bearer ", "Bearer undefined", "Bearer null", "Anony x", "?"):
        assert (header, call(endpoint, header).status_code) == (header, 200)


@pytest.mark.parametrize("endpoint", NEEDED)
def test_forged_tokens_are_no_login(call, user, runtime, endpoint):
    for what, token in forgeries(user, runtime).items():
        answer = call(endpoint, f"Bearer {token}")

        assert (what, answer.status_code) == (what, 401)
        assert answer.json == {"message": "User must be authorized."}


@pytest.mark.parametrize("endpoint", WELCOME)
def test_forged_tokens_are_refused_where_a_visitor_would_be_welcome(call, user, runtime, endpoint):
    for what, token in forgeries(user, runtime).items():
        answer = call(endpoint, f"Bearer {token}")

        assert (what, answer.status_code) == (what, 401)
        assert answer.json == {"message": "Token has some errors."}


@pytest.mark.parametrize("endpoint", IGNORED)
def test_where_tokens_are_ignored_forged_ones_are_too(call, user, runtime, endpoint):
    for what, token in forgeries(user, runtime).items():
        assert (what, call(endpoint, f"Bearer {token}").status_code) == (what, 200)


@pytest.mark.parametrize("endpoint", NEEDED + WELCOME)
def test_a_refresh_token_is_no_access_token(call, user, endpoint):
    token = authentication.issuer().refresh(user.user_id, ver=0)

    answer = call(endpoint, f"Bearer {token}")

    assert (answer.status_code, answer.json) == (403, {"message": "Do not use refresh token."})


@pytest.mark.parametrize("endpoint", NEEDED + WELCOME)
def test_a_disabled_account_is_denied(call, user, endpoint):
    token = authentication.issuer().access(user.user_id, ver=0)
    call(endpoint, f"Bearer {token}")
    lock_out(user.user_id)

    answer = call(endpoint, f"Bearer {token}")

    assert (answer.status_code, answer.json) == (403, {"message": "User denied."})


def test_a_process_that_hears_of_nothing_locks_out_within_a_second(call, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    assert call(NEEDED[0], f"Bearer {token}").status_code == 200
    with transaction() as session:  # as another process would: only SQL and CACHE are changed
        session.get_one(User, user.user_id).status = UserStatus.DISABLED
    cache.stage(leases.forget(f"user:{user.user_id}:status"))

    eventually(lambda: call(NEEDED[0], f"Bearer {token}").status_code == 403)


@pytest.mark.settings(redis_store_url="redis://127.0.0.1:9", redis_cache_url="redis://127.0.0.1:9")
def test_a_disabled_account_is_denied_without_redis_too(call, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    lock_out(user.user_id)

    answer = call(NEEDED[0], f"Bearer {token}")

    assert (answer.status_code, answer.json) == (403, {"message": "User denied."})


def test_a_new_token_version_ends_older_tokens(call, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    assert call(NEEDED[0], f"Bearer {token}").status_code == 200
    end_tokens(user.user_id)

    assert call(NEEDED[0], f"Bearer {token}").status_code == 401


@pytest.mark.parametrize("endpoint", NEEDED)
def test_a_token_that_was_taken_back_is_no_login_and_the_others_are(call, user, endpoint):
    ended, other = (authentication.issuer().access(user.user_id, ver=0) for _ in range(2))
    before = call(endpoint, f"Bearer {ended}")

    for _ in range(2):
        authentication.revoke(ended)

    after = call(endpoint, f"Bearer {ended}")
    assert before.status_code != 401
    assert (after.status_code, after.json) == (401, {"message": "User must be authorized."})
    assert call(endpoint, f"Bearer {other}").status_code == before.status_code


def test_a_process_that_hears_of_nothing_refuses_a_token_taken_back_within_a_second(call, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    call("GET /v1_0/user", f"Bearer {token}")
    with transaction() as session:
        session.add(
            RevokedToken(jti=authentication.issuer().verify(token).jti, expires_at=clock.now())
        )
    forgotten = [*leases.forget(tokens.revoked.key.format(_number(token)))]
    cache.stage(forgotten)  # as another process does it

    eventually(lambda: call("GET /v1_0/user", f"Bearer {token}").status_code == 401)


def test_a_refresh_token_that_was_taken_back_refreshes_nothing(anonymous, user):
    token = authentication.issuer().refresh(user.user_id, ver=0)
    authentication.revoke(token)

    answer = anonymous.put("/v1_0/authorizations", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json["message"]) == (403, "Wrong refresh token.")


def test_what_is_no_token_need_not_be_taken_back(runtime):
    authentication.revoke("no token")

    assert db.session.query(RevokedToken).all() == []


def _number(token):
    return tokens.number(authentication.issuer().verify(token).jti)


def test_an_access_token_lives_two_hours(call, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    issued = clock.utc_now()

    with time_machine.travel(issued + timedelta(hours=1, minutes=59), tick=False):
        shortly_before = call(NEEDED[0], f"Bearer {token}").status_code
    with time_machine.travel(issued + timedelta(hours=2, seconds=1), tick=False):
        shortly_after = call(NEEDED[0], f"Bearer {token}").status_code

    assert (shortly_before, shortly_after) == (200, 401)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_written_in_any_case(call, user, scheme):
    token = authentication.issuer().access(user.user_id, ver=0)

    assert call(NEEDED[0], f"{scheme} {token}").status_code == 200


@pytest.mark.parametrize("form", ["Bearer  {}", "Bearer\t{}", "{}", "Token {}", "Bearer {} x"])
def test_another_form_is_no_login(call, user, form):
    token = authentication.issuer().access(user.user_id, ver=0)

    assert call(NEEDED[0], form.format(token)).status_code == 401


def test_a_token_elsewhere_in_the_request_is_none(anonymous, user):
    token = authentication.issuer().access(user.user_id, ver=0)
    anonymous.set_cookie("Authorization", f"Bearer {token}")
    anonymous.set_cookie("token", token)

    answer = anonymous.get(f"/v1_0/user?token={token}&Authorization=Bearer%20{token}")

    assert answer.status_code == 401


def test_a_device_id_that_is_a_users_id_is_still_a_visitor(call, user):
    assert call(NEEDED[0], f"Anony {user.user_id}").status_code == 401
