"""Riddles that have to be solved before a code is sent or a password tried, each good for once.

Contract: media-platform.md §2.1, §2.2; admin.md §2.1, §2.2.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from common.errors import (
    DependencyUnavailable,
    InvalidInput,
    NotAllowed,
    TemporarilyUnavailable,
)
from common.extensions.redis import store
from common.schemas.users import CaptchaRegistered
from common.settings import Settings
from common.utils import captcha, limiter
from common.utils.captcha import CaptchaDriver, Solution
from common.utils.limiter import Limit

LIFE = timedelta(minutes=5)
POSED_PER_SUBJECT = Limit("10 per minute", scope="captcha:subject")
POSED_PER_ADDRESS = Limit("30 per minute", scope="captcha:address")
# Anybody can solve riddles of the offline mode: fewer of them are worth anything.
OFFLINE_PER_ADDRESS = Limit("10 per hour", scope="captcha:offline", closed=True)

_MISSING = "Missing required parameter in the query string"


class _Desk:
    """What the process was configured with."""

    driver: CaptchaDriver | None = None


_desk = _Desk()


def init(settings: Settings) -> None:
    """Choose the driver of this process."""
    _desk.driver = captcha.build(settings)


def close() -> None:
    """Give back what the driver holds."""
    if _desk.driver is not None:
        _desk.driver.close()
        _desk.driver = None


def pose(*, subject: str, address: str) -> CaptchaRegistered:
    """A riddle for a mobile or an account; a new one replaces the last.

    Without a driver it is one that nobody will ask about.

    :raises TooManyRequests: too many of one subject or address
    :raises TemporarilyUnavailable: STORE is down
    """
    limiter.consume((POSED_PER_SUBJECT, subject), (POSED_PER_ADDRESS, address))
    if _desk.driver is None:
        return {"success": 0, "gt": "", "challenge": secrets.token_hex(17), "new_captcha": True}
    posed = _desk.driver.pose(subject=subject, address=address)
    kept = f"{int(posed.is_online)}{posed.value}"
    _command("SET", _key(subject), kept, "EX", int(LIFE.total_seconds()))
    answer: CaptchaRegistered = {
        "success": int(posed.is_online),
        "gt": posed.account,
        "challenge": posed.value,
        "new_captcha": True,
    }
    answer.update(posed.details)  # type: ignore[typeddict-item] # `altcha`, of that driver
    return answer


def require_solved(solution: Solution, *, subject: str, address: str) -> None:
    """See that the riddle posed for this subject was solved; it is used up by that, right or not.

    :raises InvalidInput: members of the solution are missing, or no riddle was posed
    :raises NotAllowed: it is wrong
    :raises TooManyRequests: too many of one address while the provider is away
    :raises TemporarilyUnavailable: STORE is down
    """
    driver = _desk.driver
    if driver is None:
        return
    for name in driver.needed:
        if not getattr(solution, name):
            raise InvalidInput({name: _MISSING})
    kept = _command("GETDEL", _key(subject))
    if not kept:
        raise InvalidInput("Captcha expired.")
    text = kept.decode()
    is_online = text.startswith("1")
    if not is_online:
        limiter.consume((OFFLINE_PER_ADDRESS, address))
    if not driver.is_solved(text[1:], solution, is_online=is_online):
        raise NotAllowed("Captcha validate failed.")


def _key(subject: str) -> str:
    return f"capt:{subject}"


def _command(*arguments: str | int) -> bytes | None:
    try:
        answer: bytes | None = store.command(*arguments)
    except DependencyUnavailable as error:
        raise TemporarilyUnavailable(error.dependency) from error
    return answer
