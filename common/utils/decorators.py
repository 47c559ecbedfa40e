"""Who may call a method of a resource (contract/user-app.md §1.5, media-platform.md §1.4).

Nothing is read from the ``Authorization`` header until one of these asks for it, so methods
without them ignore it completely.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Flask

from common.errors import NotAllowed, NotAuthenticated, TooManyRequests
from common.utils.http import current
from common.utils.http.credentials import NOTHING, Credentials, authorization_of
from common.utils.http.describing import describes
from common.utils.http.identity import ANONYMOUS, Identity
from common.utils.http.read_budget import READING, ReadBudget
from common.utils.observing import acting

Method = Callable[..., Any]
Identify = Callable[[Credentials], Identity]

LOGIN_NEEDED: Final = "User must be authorized."
ERRONEOUS: Final = "Token has some errors."
WRONG_KIND: Final = "Do not use refresh token."
DISABLED: Final = "User denied."
NOT_VERIFIED: Final = "User must be real info verified."

_IDENTIFY: Final = "toutiao.identify"
_READS: Final = "toutiao.reads"


def use_identities(app: Flask, identify: Identify) -> None:
    """Let ``identify`` (the passport service) say who the bearer of credentials is."""
    app.extensions[_IDENTIFY] = identify


def budget_reads(app: Flask, budget: ReadBudget) -> None:
    """Let each reader read so much and no more."""
    app.extensions[_READS] = budget


def identity() -> Identity:
    """Who is asking; found out once per request, at the first call.

    Notes what :mod:`current` tells (``user_id`` is None for visitors), and tells the parts
    below the doors who acts: whoever wrote a moment ago reads what he wrote (design.md §4).

    :raises TooManyRequests: he has read too much lately
    """
    here = vars(current.namespace())  # its attributes are plain entries, but set in Python
    known: Identity | None = here.get("identity")
    if known is not None:
        return known
    found = _identify()
    user_id = None if found.problem or found.refresh else found.user_id
    subject = found.subject
    here["user_id"] = user_id
    acting.set_user(user_id, subject)
    here["subject"] = subject
    here["identity"] = found
    if subject is not None:  # visitors count by their address alone
        _count_read(subject)
    return found


def _count_read(subject: str) -> None:
    context = current.context()
    budget: ReadBudget | None = context.app.extensions.get(_READS)
    if budget is None or context.request.method not in READING:
        return
    if wait := budget.take(subject):
        raise TooManyRequests(retry_after=wait)


def _identify() -> Identity:
    context = current.context()
    credentials = authorization_of(context.request.environ.get("HTTP_AUTHORIZATION"))
    if credentials is NOTHING:
        return ANONYMOUS
    if credentials.token is None:
        return Identity(anonymous_id=credentials.anonymous_id)
    identify: Identify = context.app.extensions[_IDENTIFY]
    return identify(credentials)


@describes(auth="optional", errors=(401, 403))
def login_optional(method: Method) -> Method:
    """Visitors are welcome; a token that is sent must be a good one (E-OPT)."""

    @wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        caller = identity()
        if caller.problem or caller.refresh:
            _refuse(caller)
        return method(*args, **kwargs)

    return guarded


@describes(auth="login", errors=(401, 403))
def login_required(method: Method) -> Method:
    """Only with an access token of an enabled account (E-LOGIN)."""

    @wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_login(identity())
        return method(*args, **kwargs)

    return guarded


@describes(auth="verified", errors=(401, 403))
def verified_required(method: Method) -> Method:
    """As :func:`login_required`, and the account may use the media platform."""

    @wraps(method)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _require_login(identity(), verified=True)
        return method(*args, **kwargs)

    return guarded


def verified_unless(others_are_welcome: Callable[[], bool]) -> Callable[[Method], Method]:
    """As :func:`verified_required`; but while others are welcome, everybody is let in.

    Notes what :func:`current.editor_id` tells: None for whoever is not verified, or sends a token
    that is no good, which is no reason to refuse him here (contract/clients.md §2).
    """

    @describes(auth="optional", errors=(401, 403))
    def decorate(method: Method) -> Method:
        @wraps(method)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            caller = identity()
            if not others_are_welcome():
                _require_login(caller, verified=True)
            here = current.namespace()
            here.editor_id = here.user_id if caller.verified else None
            return method(*args, **kwargs)

        return guarded

    return decorate


def _refuse(caller: Identity) -> None:
    if caller.problem == "invalid":
        raise NotAuthenticated(ERRONEOUS)
    _refuse_misuse(caller)


def _require_login(caller: Identity, *, verified: bool = False) -> None:
    if caller.user_id is None or caller.problem == "invalid":
        raise NotAuthenticated(LOGIN_NEEDED)
    _refuse_misuse(caller, verified=verified)


def _refuse_misuse(caller: Identity, *, verified: bool = False) -> None:
    """The refusals of a genuine token, in the contract's order."""
    if caller.refresh:
        raise NotAllowed(WRONG_KIND)
    if verified and not caller.verified:
        raise NotAllowed(NOT_VERIFIED)
    if caller.problem == "disabled":
        raise NotAllowed(DISABLED)
