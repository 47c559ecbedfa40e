"""Who may call what: every verb of every route, with every kind of token (media-platform.md §1.4).

The table is made from the routes themselves: a new one is tried without a line here.
"""

from __future__ import annotations

import itertools
import re

import pytest

from common.services.accounts import authentication
from mp.resources import DOMAINS
from tests.factories import UserFactory
from tests.support.clients.logging_in import from_address, new_mobile
from tests.support.clients.tokens import forgeries
from tests.support.scenarios.accounts import end_tokens, lock_out

# Those who are not logged in yet need them.
OPEN = {
    "GET /v1_0/captchas/<mobile:mobile>",
    "GET /v1_0/sms/codes/<mobile:mobile>",
    "POST /v1_0/authorizations",
    "PUT /v1_0/authorizations",
    "GET /v1_0/channels",
}
VERBS = [
    f"{verb} {url}"
    for routes in DOMAINS.values()
    for url, resource in routes
    for verb in sorted(resource.methods - {"HEAD"})
]
GUARDED = [each for each in VERBS if each not in OPEN]
LOGIN = {"message": "User must be authorized."}
NOTHING = (None, "", "Bearer", "Bearer ", "Bearer undefined", "Bearer null", 'Bearer ""', "Anony x")
ABSENT_ID = "987654321"


@pytest.fixture
def user(runtime):
    """A verified user."""
    return UserFactory(verified=True)


@pytest.fixture
def call(anonymous):
    """``call(verb, authorization)``: the answer; each call comes from elsewhere."""
    addresses = itertools.count(1)

    def send(verb, authorization=None, prefix="/mp"):
        method, url = verb.split()
        path = re.sub("<mobile:[^>]*>", new_mobile(), url)
        path = re.sub("<[^>]*>", ABSENT_ID, path)
        headers = {} if authorization is None else {"Authorization": authorization}
        elsewhere = from_address(f"192.0.2.{next(addresses)}")
        return anonymous.open(prefix + path, method=method, headers=headers, **elsewhere)

    return send


def token_of(user, **claims):
    return "Bearer " + authentication.issuer().access(user.user_id, ver=0, **claims)


@pytest.mark.parametrize("verb", GUARDED)
def test_nobody_gets_in_without_a_token(call, verb):
    for header in NOTHING:
        answer = call(verb, header)

        assert (header, answer.status_code, answer.json) == (header, 401, LOGIN)


@pytest.mark.parametrize("verb", GUARDED)
def test_nobody_gets_in_with_a_forged_token(call, user, runtime, verb):
    for what, token in forgeries(user, runtime).items():
        answer = call(verb, f"Bearer {token}")

        assert (what, answer.status_code, answer.json) == (what, 401, LOGIN)


@pytest.mark.parametrize("verb", GUARDED)
def test_a_refresh_token_is_refused_before_anything_else(call, user, verb):
    for is_verified in (True, False):
        refresh = authentication.issuer().refresh(user.user_id, ver=0, verified=is_verified)

        answer = call(verb, f"Bearer {refresh}")

        assert (answer.status_code, answer.json) == (403, {"message": "Do not use refresh token."})


@pytest.mark.parametrize("verb", GUARDED)
def test_a_reader_who_is_not_verified_is_told_so_also_when_he_is_frozen(call, user, verb):
    unverified = token_of(user, verified=False)

    before = call(verb, unverified)
    lock_out(user.user_id)
    frozen = call(verb, unverified)

    told = {"message": "User must be real info verified."}
    assert (before.status_code, before.json) == (403, told)
    assert (frozen.status_code, frozen.json) == (403, told)


@pytest.mark.parametrize("verb", GUARDED)
def test_a_frozen_editor_is_denied_at_once(call, user, verb):
    token = token_of(user, verified=True)
    lock_out(user.user_id)

    answer = call(verb, token)

    assert (answer.status_code, answer.json) == (403, {"message": "User denied."})


@pytest.mark.parametrize("verb", GUARDED)
def test_a_token_that_was_ended_gets_nobody_in(call, user, verb):
    taken_back = token_of(user, verified=True)
    authentication.revoke(taken_back.removeprefix("Bearer "))
    outdated = token_of(user, verified=True)
    end_tokens(user.user_id)

    for token in (taken_back, outdated):
        answer = call(verb, token)

        assert (answer.status_code, answer.json) == (401, LOGIN)


@pytest.mark.parametrize("verb", GUARDED)
@pytest.mark.parametrize("prefix", ["/mp", "/api/mp"])
def test_an_editor_gets_in(call, user, verb, prefix):
    answer = call(verb, token_of(user, verified=True), prefix)

    assert answer.status_code not in (401, 405)
    assert answer.status_code < 500


def test_the_other_name_of_the_door_leads_to_the_same_check(anonymous, author):
    path = "/v1_0/mp/user/profile"

    assert author.get(path).json == author.get("/mp/v1_0/user/profile").json
    assert (anonymous.get(path).status_code, anonymous.get(path).json) == (401, LOGIN)


def test_who_wants_to_get_in_is_not_judged_by_what_his_client_sends_along(call, user, runtime):
    junk = ["Bearer undefined", "Bearer null", "nonsense", *NOTHING]
    junk += [f"Bearer {token}" for token in forgeries(user, runtime).values()]
    for verb in sorted(OPEN & {*VERBS} - {"PUT /v1_0/authorizations"}):
        without = call(verb)
        for header in junk:
            answer = call(verb, header)

            assert (verb, header, answer.status_code) == (verb, header, without.status_code)
            assert answer.status_code in (200, 400)
