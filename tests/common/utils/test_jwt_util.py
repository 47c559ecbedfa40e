"""Tokens: what they say, how long, and how keys are changed."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import jwt
import pytest
import time_machine

from common.utils.jwt_util import InvalidToken, TokenIssuer, key_id
from tests.support.clients.tokens import (
    ADMIN_SECRET,
    EPOCH,
    NOW,
    OLD_SECRET,
    SECRET,
    USER,
    forge,
    good_payload,
    make,
)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issuer() -> TokenIssuer:
    return make()


def test_an_access_token_says_who_and_for_how_long(issuer: TokenIssuer):
    claims = issuer.verify(issuer.access(USER, ver=3, verified=True))

    assert (claims.subject, claims.refresh, claims.verified, claims.ver) == (USER, False, True, 3)
    assert claims.exp == EPOCH + 2 * 3600


def test_a_refresh_token_lives_fourteen_days(issuer: TokenIssuer):
    claims = issuer.verify(issuer.refresh(USER, ver=0))

    assert claims.refresh
    assert claims.exp == EPOCH + 14 * 86_400


def test_the_payload_is_what_clients_decode(issuer: TokenIssuer):
    token = issuer.access(USER, ver=0)

    payload = jwt.decode(token, options={"verify_signature": False})
    assert payload.pop("jti").isalnum()
    assert payload == {
        "exp": EPOCH + 7200,
        "iat": EPOCH,
        "aud": "app",
        "ver": 0,
        "user_id": USER,  # a JSON number (contract/user-app.md §1.5)
        "refresh": False,
        "verified": False,
    }


def test_the_header_names_algorithm_and_key(issuer: TokenIssuer):
    header = jwt.get_unverified_header(issuer.access(USER, ver=0))

    assert header == {
        "alg": "HS256",
        "typ": "JWT",
        "kid": hashlib.sha256(SECRET.encode()).hexdigest()[:8],
    }


def test_every_token_has_its_own_jti(issuer: TokenIssuer):
    identities = {issuer.verify(issuer.access(USER, ver=0)).jti for _ in range(50)}

    assert len(identities) == 50
    assert all(len(jti) == 32 for jti in identities)


def test_a_handmade_token_with_all_claims_right_is_valid(issuer: TokenIssuer):
    assert issuer.verify(forge(good_payload())).subject == USER


def test_administrators_have_a_claim_of_their_own():
    admins = make(ADMIN_SECRET, audience="mis", subject_claim="administrator_id")

    token = admins.access(7, ver=1)

    assert admins.verify(token).subject == 7
    assert jwt.decode(token, options={"verify_signature": False})["administrator_id"] == 7


def test_a_previous_secret_verifies_but_does_not_sign():
    before = make(OLD_SECRET)
    after = make(SECRET, previous=[OLD_SECRET])

    assert after.verify(before.refresh(USER, ver=0)).subject == USER
    assert jwt.get_unverified_header(after.access(USER, ver=0))["kid"] == key_id(SECRET)


def test_a_secret_that_was_retired_verifies_no_longer(issuer: TokenIssuer):
    with pytest.raises(InvalidToken):
        issuer.verify(make(OLD_SECRET).access(USER, ver=0))


@pytest.mark.parametrize(
    ("secret", "previous"), [("", []), ("toutiao", []), (SECRET, [""]), (SECRET, ["x" * 31])]
)
def test_weak_secrets_are_refused(secret: str, previous: list[str]):
    with pytest.raises(ValueError, match="32 bytes"):
        make(secret, previous=previous)


def test_a_remembered_token_still_expires(issuer: TokenIssuer):
    token = issuer.access(USER, ver=0)
    assert issuer.verify(token)

    with time_machine.travel(NOW + timedelta(hours=2), tick=False), pytest.raises(InvalidToken):
        issuer.verify(token)


def test_a_remembered_token_is_not_valid_before_its_time(issuer: TokenIssuer):
    token = issuer.access(USER, ver=0)
    assert issuer.verify(token)

    with time_machine.travel(NOW - timedelta(hours=1), tick=False), pytest.raises(InvalidToken):
        issuer.verify(token)


def test_a_remembered_token_does_not_vouch_for_a_similar_one(issuer: TokenIssuer):
    token = issuer.access(USER, ver=0)
    assert issuer.verify(token)

    signed, _, signature = token.rpartition(".")
    with pytest.raises(InvalidToken):
        issuer.verify(f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}")


def test_a_remembered_token_is_read_only_once(issuer: TokenIssuer, monkeypatch: pytest.MonkeyPatch):
    token = issuer.access(USER, ver=0)
    first = issuer.verify(token)
    monkeypatch.setattr(jwt, "decode", None)

    assert issuer.verify(token) == first


def test_threads_may_verify_at_once(issuer: TokenIssuer):
    tokens = [issuer.access(subject, ver=0) for subject in range(1, 40)]
    seen: list[int] = []

    def check() -> None:
        seen.extend(issuer.verify(token).subject for token in tokens)

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == sorted(list(range(1, 40)) * 4)
