"""Tokens against the attacks of contract/security.md §1 (rows 1-11)."""

from __future__ import annotations

import base64
import hmac
import json
import zlib
from typing import Any

import jwt
import pytest
import time_machine

from common.utils.jwt_util import InvalidToken, TokenIssuer, key_id
from tests.support.clients.tokens import (
    ADMIN_SECRET,
    EPOCH,
    NOW,
    SECRET,
    USER,
    forge,
    good_payload,
    make,
    segment,
)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def issuer() -> TokenIssuer:
    return make()


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
