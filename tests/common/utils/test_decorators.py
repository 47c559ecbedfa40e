"""Who may call what, in the contract's words (groups E-OPT, E-LOGIN and the mp door)."""

import pytest
from flask import Flask, g

from common.errors import DomainError
from common.utils.decorators import (
    login_optional,
    login_required,
    use_identities,
    verified_required,
)
from common.utils.http.identity import Identity

KNOWN = {
    "reader": Identity(user_id=7),
    "editor": Identity(user_id=8, verified=True),
    "refresh": Identity(user_id=7, refresh=True, verified=True),
    "disabled": Identity(user_id=9, problem="disabled", verified=True),
    "frozen": Identity(user_id=9, problem="disabled"),
    "forged": Identity(problem="invalid"),
}


def calling(guard, header: str | None):
    """What the guarded method saw, or status and text of the refusal."""
    app = Flask(__name__)
    use_identities(app, lambda credentials: KNOWN[credentials.token])
    guarded = guard(lambda: (g.user_id, g.subject))
    with app.test_request_context(headers={"Authorization": header} if header else {}):
        try:
            return guarded()
        except DomainError as refusal:
            return refusal.status.value, refusal.message


ANONYMOUS_SUBJECT = "anon:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("header", "optional", "login", "verified"),
    [
        (
            None,
            (None, None),
            (401, "User must be authorized."),
            (401, "User must be authorized."),
        ),
        (
            "Anony abc",
            (None, ANONYMOUS_SUBJECT),
            (401, "User must be authorized."),
            (401, "User must be authorized."),
        ),
        (
            "Bearer undefined",
            (None, None),
            (401, "User must be authorized."),
            (401, "User must be authorized."),
        ),
        ("Bearer reader", (7, "7"), (7, "7"), (403, "User must be real info verified.")),
        ("Bearer editor", (8, "8"), (8, "8"), (8, "8")),
        (
            "Bearer refresh",
            (403, "Do not use refresh token."),
            (403, "Do not use refresh token."),
            (403, "Do not use refresh token."),
        ),
        (
            "Bearer disabled",
            (403, "User denied."),
            (403, "User denied."),
            (403, "User denied."),
        ),
        (
            "Bearer frozen",
            (403, "User denied."),
            (403, "User denied."),
            (403, "User must be real info verified."),
        ),
        (
            "Bearer forged",
            (401, "Token has some errors."),
            (401, "User must be authorized."),
            (401, "User must be authorized."),
        ),
    ],
)
def test_each_guard_admits_or_refuses_the_caller(header, optional, login, verified):
    assert calling(login_optional, header) == optional
    assert calling(login_required, header) == login
    assert calling(verified_required, header) == verified


def test_an_identity_is_found_out_once_per_request_and_not_before_it_is_needed():
    asked = []
    app = Flask(__name__)
    use_identities(app, lambda credentials: asked.append(credentials) or KNOWN["reader"])

    with app.test_request_context(headers={"Authorization": "Bearer reader"}):
        asked_before = len(asked)
        login_optional(login_required(lambda: None))()

    assert (asked_before, len(asked)) == (0, 1)
