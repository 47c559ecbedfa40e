"""Logging in by code, at either door.

Contract: user-app.md §3.2, where it registers readers; media-platform.md §2.3.
"""

from __future__ import annotations

import secrets

import structlog
from sqlalchemy import update

from common.errors import InvalidInput, NotAllowed, TemporarilyUnavailable
from common.extensions.db import insert_new, transaction
from common.models import User, UserProfile
from common.schemas.events.accounts import UserRegistered
from common.schemas.users import EditorTokens, Tokens
from common.services import outbox
from common.services.accounts import profiles, sms_codes
from common.services.accounts.authentication import Account, find_account, tokens_for
from common.services.accounts.sms_codes import Door
from common.services.behaviour import recording
from common.services.ids import identifiers
from common.settings import Settings
from common.utils import clock
from common.utils.constants import BehaviourKind, Device, UserStatus

log = structlog.get_logger(__name__)

NAME_PREFIX = "用户"
NAME_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
NAME_RANDOM = 5
REGISTRATION_TRIES = 10


class _Desk:
    """What the process was configured with."""

    is_demo = False


_desk = _Desk()


def init(settings: Settings) -> None:
    """Set the demo mode of this process and the key of its codes."""
    _desk.is_demo = settings.is_demo
    sms_codes.init(secret_key=settings.secret_key.get_secret_value())


def log_in(*, mobile: str, code: str, address: str, device: Device | None = None) -> Tokens:
    """Exchange a code for tokens; an unknown mobile becomes an account.

    The account's state is looked at only after the code was right, or it would be revealed to
    anybody (contract/user-app.md §3.2).

    :raises InvalidInput: wrong, expired, used or never requested code
    :raises NotAllowed: the account is disabled
    :raises TooManyRequests: too many wrong codes
    :raises TemporarilyUnavailable: STORE is down
    """
    by_demo_code = _check(Door.APP, mobile=mobile, code=code, address=address)
    with transaction():
        account = find_account(User.mobile == mobile)
        if account is None:
            account = _register(mobile, is_verified=by_demo_code)
        _enter(account, device)
    _note(account, address)
    return tokens_for(account)


def log_in_editor(*, mobile: str, code: str, address: str) -> EditorTokens:
    """The same at the editors' door: for verified people, none of whom it makes.

    In demo mode an unknown mobile becomes the account of somebody verified
    (contract/media-platform.md §1.5).

    :raises InvalidInput: wrong, expired, used or never requested code
    :raises NotAllowed: nobody verified has this mobile, or his account is disabled
    :raises TooManyRequests: too many wrong codes
    :raises TemporarilyUnavailable: STORE is down
    """
    _check(Door.MP, mobile=mobile, code=code, address=address)
    with transaction():
        account = find_account(User.mobile == mobile)
        if account is None and _desk.is_demo:
            account = _register(mobile, is_verified=True)
        if account is None or not account.is_verified:
            raise NotAllowed("Please verify your real information in app.")
        _enter(account, None)
    _note(account, address)
    return {**tokens_for(account), **profiles.greeting(account.user_id)}


def _check(door: Door, *, mobile: str, code: str, address: str) -> bool:
    """Consume the code; whether it was the one of the demo mode, which stays good.

    :raises InvalidInput: it was wrong
    """
    if _desk.is_demo and sms_codes.is_demo_code(code):
        return True
    if not sms_codes.consume(mobile=mobile, code=code, address=address, door=door):
        raise InvalidInput("Invalid code.")
    return False


def _enter(account: Account, device: Device | None) -> None:
    """Note a login, within the transaction of the caller.

    :raises NotAllowed: the account is disabled
    """
    if account.status != UserStatus.ENABLED:
        raise NotAllowed("Invalid user.")
    with transaction() as session:
        of_account = User.user_id == account.user_id
        session.execute(update(User).where(of_account).values(last_login=clock.now()))
        if device is not None:
            of_profile = UserProfile.user_id == account.user_id
            session.execute(update(UserProfile).where(of_profile).values(device=device))


def _note(account: Account, address: str) -> None:
    """A login that succeeded, at whichever door, for figures and the log."""
    recording.record(BehaviourKind.LOGIN, subject=str(account.user_id), ip=address)
    log.info("user_logged_in", user_id=account.user_id)


def _register(mobile: str, *, is_verified: bool) -> Account:
    """A new account with a neutral free name; if another login was faster, that one's account."""
    with transaction() as session:
        for _ in range(REGISTRATION_TRIES):
            user = User(
                user_id=identifiers.new_id(),
                mobile=mobile,
                user_name=_neutral_name(),
                status=UserStatus.ENABLED,
                is_verified=is_verified,
                is_media=is_verified,
                token_version=0,
            )
            if insert_new(session, user):
                insert_new(session, UserProfile(user_id=user.user_id))
                outbox.add(UserRegistered(user_id=user.user_id))
                return Account(user.user_id, UserStatus.ENABLED, 0, is_verified)
            existing = find_account(User.mobile == mobile)
            if existing is not None:
                return existing
    raise TemporarilyUnavailable("sql")


def _neutral_name() -> str:
    return NAME_PREFIX + "".join(secrets.choice(NAME_CHARACTERS) for _ in range(NAME_RANDOM))
