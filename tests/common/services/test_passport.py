"""Accounts that come into being at the first login (contract/user-app.md §3.2)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from common.errors import TemporarilyUnavailable
from common.extensions.db import db
from common.models import User
from common.services import passport

DEMO_CODE = "246810"

pytestmark = pytest.mark.settings(demo="on")


def log_in(mobile):
    """Log in as a client does in demo mode."""
    return passport.log_in(mobile=mobile, code=DEMO_CODE, address="192.0.2.1")


def names():
    """All nicknames, oldest account first."""
    return list(db.session.scalars(select(User.user_name).order_by(User.user_id)))


def test_a_name_that_is_taken_is_not_given_again(runtime, monkeypatch):
    letters = itertools.chain("a" * 10, itertools.repeat("b"))
    monkeypatch.setattr("secrets.choice", lambda _letters: next(letters))

    log_in("13900000001")
    log_in("13900000002")

    assert names() == ["用户aaaaa", "用户bbbbb"]


def test_when_no_free_name_is_found_the_reader_is_asked_to_come_back(runtime, monkeypatch):
    monkeypatch.setattr("secrets.choice", lambda _letters: "a")
    log_in("13900000001")

    with pytest.raises(TemporarilyUnavailable):
        log_in("13900000002")

    assert names() == ["用户aaaaa"]


def test_names_have_no_letters_that_look_alike_and_fit_the_limit(runtime):
    for n in range(20):
        log_in(f"139000001{n:02d}")

    assert all(len(name) == 7 for name in names())
    assert not set("".join(names())) & set("01ilo")
