"""Tokens against the attacks of contract/security.md §1 (rows 1-11)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine

from common.utils.jwt_util import InvalidToken, TokenIssuer, key_id

SECRET = "a-secret-for-readers-and-editors-0123456789"
ADMIN_SECRET = "a-secret-for-administrators-0123456789"
OLD_SECRET = "the-secret-of-last-month-0123456789-abc"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
USER = 300_127_764_410


def make(secret: str = SECRET, **options: Any) -> TokenIssuer:
    options.setdefault("audience", "app")
    options.setdefault("subject_claim", "user_id")
    return TokenIssuer(
        secret, access_ttl=timedelta(hours=2), refresh_ttl=timedelta(days=14), **options
    )


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issuer() -> TokenIssuer:
    return make()


def good_payload(**changes: Any) -> dict[str, Any]:
    payload = {
        "exp": EPOCH + 7200,
        "iat": EPOCH,
        "aud": "app",
        "jti": "0123456789abcdef" * 2,
        "ver": 0,
        "user_id": USER,
        "refresh": False,
        "verified": False,
    }
    return {name: value for name, value in (payload | changes).items() if value is not ...}


def segment(content: Any) -> str:
    text = content if isinstance(content, str) else json.dumps(content)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def forge(payload: Any, *, header: Any = None, secret: str = SECRET, digest: str = "sha256") -> str:
    """A token made by hand, so that it may be as wrong as it likes."""
    header = {"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET)} | (header or {})
    signed = f"{segment(header)}.{segment(payload)}"
    signature = hmac.digest(secret.encode(), signed.encode(), digest)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


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


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "NONE", "", None])
def test_row_1_unsigned_tokens_are_refused(issuer: TokenIssuer, algorithm: str | None):
    header = {"alg": algorithm, "typ": "JWT", "kid": key_id(SECRET)}
    unsigned = f"{segment(header)}.{segment(good_payload())}."

    for token in (
        unsigned,
        unsigned.rstrip("."),
        unsigned + "AA",
        forge(good_payload(), header=header),
    ):
        with pytest.raises(InvalidToken):
            issuer.verify(token)


@pytest.mark.parametrize(
    ("algorithm", "digest"), [("HS512", "sha512"), ("HS384", "sha384"), ("RS256", "sha256")]
)
def test_row_2_other_algorithms_are_refused_even_with_the_right_secret(
    issuer: TokenIssuer, algorithm: str, digest: str
):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(good_payload(), header={"alg": algorithm}, digest=digest))


@pytest.mark.parametrize(
    "kid",
    [
        "../../dev/null",
        "' OR 1=1 --",
        "",
        "0" * 8,
        key_id(SECRET).upper() + " ",
        None,
        7,
        ["a"],
        {"k": "v"},
    ],
)
def test_row_2_only_our_own_key_names_are_looked_up(issuer: TokenIssuer, kid: Any):
    for secret in (SECRET, "", "\0"):
        with pytest.raises(InvalidToken):
            issuer.verify(forge(good_payload(), header={"kid": kid}, secret=secret))


def test_row_2_a_token_that_names_no_key_is_refused(issuer: TokenIssuer):
    token = jwt.encode(good_payload(), SECRET, "HS256")

    with pytest.raises(InvalidToken):
        issuer.verify(token)


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"jwk": {"kty": "oct", "k": segment("attacker-attacker-attacker-attacker")}},
        {"x5c": ["AAAA"]},
    ],
)
def test_row_2_keys_brought_along_in_the_header_are_never_used(
    issuer: TokenIssuer, header: dict[str, Any]
):
    forged = forge(good_payload(), header=header, secret="attacker-attacker-attacker-attacker")
    signed_by_us = forge(good_payload(), header=header)

    with pytest.raises(InvalidToken):
        issuer.verify(forged)
    assert issuer.verify(signed_by_us).subject == USER


@pytest.mark.parametrize("secret", ["", "toutiao", "secret", "changeme"])
def test_row_3_tokens_signed_with_guessable_secrets_are_refused(issuer: TokenIssuer, secret: str):
    for header in ({}, {"kid": key_id(secret)}):
        with pytest.raises(InvalidToken):
            issuer.verify(forge(good_payload(), header=header, secret=secret))


@pytest.mark.parametrize(
    "expiry",
    [
        ...,
        None,
        EPOCH,
        EPOCH - 1,
        str(EPOCH + 7200),
        EPOCH + 7200.0,
        EPOCH + 7200.5,
        -1,
        0,
        True,
        [EPOCH + 7200],
        float("inf"),
        float("nan"),
        10**400,
    ],
)
def test_row_4_expired_and_malformed_expiries_are_refused(issuer: TokenIssuer, expiry: Any):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(good_payload(exp=expiry)))


def test_row_4_numbers_too_large_for_a_double_are_refused(issuer: TokenIssuer):
    payload = json.dumps(good_payload()).replace(str(EPOCH + 7200), "1e309")

    with pytest.raises(InvalidToken):
        issuer.verify(forge(payload))


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_row_4_tokens_from_the_future_are_refused_beyond_a_minute(issuer: TokenIssuer, claim: str):
    assert issuer.verify(forge(good_payload(**{claim: EPOCH + 60})))

    for value in (EPOCH + 61, EPOCH + 86_400, str(EPOCH), float(EPOCH), None, True):
        with pytest.raises(InvalidToken):
            issuer.verify(forge(good_payload(**{claim: value})))


def test_row_4_a_token_without_iat_is_refused(issuer: TokenIssuer):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(good_payload(iat=...)))


@pytest.mark.parametrize(
    "audience", [..., None, "mis", "APP", "", ["app"], ["app", "mis"], {"app": 1}]
)
def test_row_5_other_audiences_are_refused(issuer: TokenIssuer, audience: Any):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(good_payload(aud=audience)))


def test_row_5_readers_and_administrators_do_not_open_each_others_doors(issuer: TokenIssuer):
    admins = make(ADMIN_SECRET, audience="mis", subject_claim="administrator_id")
    same_key = make(SECRET, audience="mis", subject_claim="administrator_id")

    for token, door in (
        (issuer.access(1, ver=0), admins),
        (admins.access(1, ver=0), issuer),
        (issuer.access(1, ver=0), same_key),
        (same_key.access(1, ver=0), issuer),
    ):
        with pytest.raises(InvalidToken):
            door.verify(token)


def test_row_5_a_token_without_verified_is_that_of_an_unverified_reader(issuer: TokenIssuer):
    assert issuer.verify(forge(good_payload(verified=...))).verified is False


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("user_id", str(USER)),
        ("user_id", [USER]),
        ("user_id", {"$gt": 0}),
        ("user_id", 0),
        ("user_id", -1),
        ("user_id", 2**63),
        ("user_id", float(USER)),
        ("user_id", True),
        ("user_id", None),
        ("user_id", ...),
        ("refresh", "false"),
        ("refresh", 0),
        ("refresh", None),
        ("refresh", ...),
        ("verified", 1),
        ("verified", "true"),
        ("verified", None),
        ("ver", ...),
        ("ver", "0"),
        ("ver", -1),
        ("ver", False),
        ("ver", 0.0),
        ("jti", ...),
        ("jti", "short"),
        ("jti", "0123456789ABCDEF" * 2),
        ("jti", "0123456789abcdef" * 2 + "\n"),
        ("jti", 12),
    ],
)
def test_row_9_claims_of_the_wrong_type_or_range_are_refused(
    issuer: TokenIssuer, claim: str, value: Any
):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(good_payload(**{claim: value})))


def test_row_9_another_users_id_under_the_old_signature_is_refused(issuer: TokenIssuer):
    header, _, signature = forge(good_payload()).split(".")

    with pytest.raises(InvalidToken):
        issuer.verify(f"{header}.{segment(good_payload(user_id=1))}.{signature}")


@pytest.mark.parametrize("payload", ["[]", "7", "null", '"user_id"', "{", "", "[" * 4000, "\0"])
def test_row_9_payloads_that_are_not_objects_are_refused(issuer: TokenIssuer, payload: str):
    with pytest.raises(InvalidToken):
        issuer.verify(forge(payload))


def test_row_10_only_the_bare_token_is_a_token(issuer: TokenIssuer):
    token = issuer.access(USER, ver=0)

    for text in (
        f" {token}", f"{token} ", f"{token}\n", f"\t{token}", f"Bearer {token}",
        f"{token}.", f".{token}",
        f"{token}==", token.replace(".", ".\n"), token.replace(".", ".."), "", "undefined", "null",
        "…", "a.b.c", "a.b", f"{token},{token}",
    ):  # fmt: skip
        with pytest.raises(InvalidToken):
            issuer.verify(text)


def test_row_11_a_huge_token_is_refused_without_being_read(
    issuer: TokenIssuer, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    monkeypatch.setattr(jwt, "get_unverified_header", read.append)

    for size in (8 * 1024 + 1, 1024 * 1024):
        with pytest.raises(InvalidToken):
            issuer.verify("a" * size)

    assert read == []


def test_row_11_a_token_of_the_largest_size_is_still_read(issuer: TokenIssuer):
    assert issuer.verify(forge(good_payload(pad="x" * 5_000))).subject == USER


def test_row_11_deeply_nested_json_is_refused(issuer: TokenIssuer):
    deep = "[" * 2_900 + "]" * 2_900

    for token in (forge(deep), f"{segment(deep)}.{segment(good_payload())}.AAAA"):
        with pytest.raises(InvalidToken):
            issuer.verify(token)


def test_row_11_compressed_payloads_are_not_unpacked(issuer: TokenIssuer):
    header = segment({"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET), "zip": "DEF"})
    packed = zlib.compress(json.dumps(good_payload()).encode())[2:-4]
    signed = f"{header}.{base64.urlsafe_b64encode(packed).rstrip(b'=').decode()}"
    signature = hmac.digest(SECRET.encode(), signed.encode(), "sha256")

    with pytest.raises(InvalidToken):
        issuer.verify(f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


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
