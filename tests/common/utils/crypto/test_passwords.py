"""Password hashes: argon2id for everybody, old PBKDF2 strings until their owners come back."""

from __future__ import annotations

import pytest
from werkzeug.security import generate_password_hash

from common.utils.crypto.passwords import (
    acceptable,
    hash_password,
    needs_rehash,
    random_password,
    verify_password,
)

PASSWORD = "correct horse 7"


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(scope="module")
def old() -> str:
    return generate_password_hash(PASSWORD, method="pbkdf2:sha256:50000", salt_length=8)


def test_the_right_password_verifies_and_a_wrong_one_does_not(stored: str) -> None:
    assert verify_password(PASSWORD, stored)
    assert not verify_password(PASSWORD + " ", stored)
    assert not verify_password("", stored)


def test_hashes_are_argon2id_and_salted_per_row(stored: str) -> None:
    again = hash_password(PASSWORD)

    assert stored.startswith("$argon2id$")
    assert again != stored
    assert PASSWORD not in stored
    assert len(stored) <= 255  # the column


def test_a_string_of_the_reference_still_verifies_and_asks_to_be_renewed(old: str) -> None:
    assert len(old) <= 93  # its column
    assert verify_password(PASSWORD, old)
    assert not verify_password("another 7", old)
    assert needs_rehash(old)


def test_a_fresh_hash_needs_no_renewal_and_a_weaker_one_does(stored: str) -> None:
    weaker = stored.replace("t=3", "t=1")

    assert not needs_rehash(stored)
    assert needs_rehash(weaker)


def test_an_unknown_account_costs_a_verification_and_is_never_right() -> None:
    assert not verify_password(PASSWORD, None)
    assert not verify_password("", None)


@pytest.mark.parametrize(
    "broken",
    [
        "plain text",
        "md5$salt$hash",
        "scrypt:1:1:1$salt$00",
        "pbkdf2:sha1:1$salt$00",
        "pbkdf2:sha256:many$salt$00",
        "pbkdf2:sha256:1$salt",
        "$argon2id$v=19$",
    ],
)
def test_a_stored_string_of_another_scheme_is_never_right(broken: str) -> None:
    assert not verify_password("plain text", broken)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ordinary-7", "ordinary-7"),
        ("with a blank 7", "with a blank 7"),
        ("密码密码密码a7", "密码密码密码a7"),
        ("ｏｒｄｉｎａｒｙ７", "ordinary7"),
        ("cafe\u0301-12345", "café-12345"),
        ("a1" * 32, "a1" * 32),
        ("short-7", None),
        ("a1" * 33, None),
        ("no digits here", None),
        ("12345678", None),
        ("nul\x00inside7", None),
        ("line\nfeed77", None),
        ("x1" * 10**6, None),
    ],
)
def test_a_password_is_taken_in_one_form_or_not_at_all(typed: str, kept: str | None) -> None:
    assert acceptable(typed) == kept


def test_a_random_password_is_acceptable_and_another_one_each_time() -> None:
    made = {random_password() for _ in range(50)}

    assert len(made) == 50
    assert all(acceptable(each) == each for each in made)
