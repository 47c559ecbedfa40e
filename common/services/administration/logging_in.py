"""Administrators log in by password, and change it (contract/admin.md §2.2, §2.5)."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy import select, update

from common.errors import InvalidInput, NotAllowed
from common.extensions.db import db, lock_one, reading_primary, transaction
from common.models import Administrator, AdministratorGroup
from common.schemas.administration.audit import NOBODY, SECRET, Entry, Verb
from common.schemas.administration.operators import Operator, OperatorTokens
from common.schemas.events.administration import AdministratorChanged
from common.services import outbox
from common.services.accounts import captchas
from common.services.administration import tree
from common.services.administration.authentication import (
    DISABLED,
    GROUP_DISABLED,
    KIND,
    issuer,
)
from common.services.administration.own_password import WRONG_PER_ACCOUNT, proving
from common.services.audit.recording import record
from common.settings import Settings
from common.utils import clock, limiter
from common.utils.captcha import Solution
from common.utils.constants import UserStatus
from common.utils.crypto.passwords import hash_password, needs_rehash, verify_password
from common.utils.jwt_util import new_session
from common.utils.limiter import Limit
from common.utils.networks import limit_group

log = structlog.get_logger(__name__)

WRONG_PER_ADDRESS: Final = Limit("30 per minute", scope="mis:address", closed=True)
WRONG_PASSWORD: Final = "Wrong password"  # noqa: S105 - what a client is told
UNKNOWN: Final = "Please verify your real information in web."


class _Desk:
    """What the process was configured with."""

    is_demo = False


_desk = _Desk()


def init(settings: Settings) -> None:
    """Whether this process may say that an account does not exist."""
    _desk.is_demo = settings.is_demo


def log_in(*, account: str, password: str, address: str, solution: Solution) -> OperatorTokens:
    """Exchange a password for tokens; both outcomes are written down.

    Whether the account exists and may come in is looked at only behind the right password.

    :raises InvalidInput: the riddle was not solved
    :raises NotAllowed: wrong password or riddle, or the administrator or his group is disabled
    :raises TooManyRequests: too many wrong passwords of this account or address
    :raises TemporarilyUnavailable: STORE is down
    """
    group = limit_group(address)
    _require_solved(solution, account=account, address=group)
    limiter.check((WRONG_PER_ADDRESS, group))
    who = account.lower()
    limiter.consume((WRONG_PER_ACCOUNT, who))
    known = _find(account)
    is_right = verify_password(password, known.password if known else None)
    if known is None or not is_right:
        limiter.note((WRONG_PER_ADDRESS, group))
        _note_failure(known, account=account, address=address)
        raise NotAllowed(UNKNOWN if known is None and _desk.is_demo else WRONG_PASSWORD)
    limiter.forget(WRONG_PER_ACCOUNT, who)
    return _enter(known, password=password, address=address)


def change_password(operator: Operator, *, old: str, new: str) -> None:
    """Change one's own password; all tokens until now end.

    :raises InvalidInput: the new one is the old one
    :raises NotAllowed: the old one is wrong
    :raises TooManyRequests: it was wrong too often
    """
    with proving(operator), transaction() as session:
        row = lock_one(session, Administrator, administrator_id=operator.administrator_id)
        if row is None or not verify_password(old, row.password):
            raise NotAllowed("Old password wrong.")
        if old == new:
            raise InvalidInput({"password": "Invalid password."})
        row.password = hash_password(new)
        row.token_version += 1
        outbox.add(AdministratorChanged(administrator_id=row.administrator_id))
        entry = Entry(
            verb=Verb.CHANGE,
            kind=KIND,
            name=row.name,
            detail="密码",
            target=f"administrator:{row.administrator_id}",
            changes={"password": SECRET},
        )
        record(operator, entry)


def _require_solved(solution: Solution, *, account: str, address: str) -> None:
    try:
        captchas.require_solved(solution, subject=captcha_subject(account), address=address)
    except InvalidInput as error:
        if error.reasons is None:
            raise
        raise InvalidInput("Missing params.") from error


def captcha_subject(account: str) -> str:
    """Whom a riddle is posed to: an account here is no mobile of another door."""
    return f"mis:{account.lower()}"


def _find(account: str) -> Administrator | None:
    query = select(Administrator).where(Administrator.account == account)
    with reading_primary():
        return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _enter(known: Administrator, *, password: str, address: str) -> OperatorTokens:
    """The tokens of an administrator whose password was right, if he may come in."""
    fresh = hash_password(password) if needs_rehash(known.password) else None
    with transaction() as session:
        group = session.get(AdministratorGroup, known.group_id, populate_existing=True)
        problem = _problem(known, group)
        operator = _operator(known, address)
        if problem is None:
            mine = Administrator.administrator_id == known.administrator_id
            values = {
                "last_login": clock.now(),
                "access_count": Administrator.access_count + 1,
                "update_time": Administrator.update_time,  # nobody edited him
            }
            session.execute(update(Administrator).where(mine).values(values))
            if fresh is not None:
                unchanged = Administrator.password == known.password
                session.execute(update(Administrator).where(mine, unchanged).values(password=fresh))
        record(operator, _log_in_entry(known, detail="失败" if problem else ""))
    if problem is not None:
        raise NotAllowed(problem)
    log.info("operator_logged_in", administrator_id=known.administrator_id)
    return _tokens(known)


def _problem(known: Administrator, group: AdministratorGroup | None) -> str | None:
    if known.status != UserStatus.ENABLED:
        return DISABLED
    if group is None or group.status != UserStatus.ENABLED:
        return GROUP_DISABLED
    return None


def _tokens(known: Administrator) -> OperatorTokens:
    id_, ver, session = known.administrator_id, known.token_version, new_session()
    return {
        "token": issuer().access(id_, ver=ver, session=session),
        "refresh_token": issuer().refresh(id_, ver=ver, session=session),
        "administrator_id": id_,
        "id": id_,
        "group_id": known.group_id,
        "name": known.name,
        "permission_tree": tree.of_group(known.group_id),
    }


def _note_failure(known: Administrator | None, *, account: str, address: str) -> None:
    log.info("operator_login_failed", account=account, address=address)
    if known is not None:
        operator, entry = _operator(known, address), _log_in_entry(known, detail="失败")
    else:
        operator = Operator(NOBODY, account, group_id=NOBODY, address=address)
        entry = Entry(verb=Verb.LOG_IN, kind=KIND, name=account, detail="失败")
    with transaction():
        record(operator, entry)


def _operator(known: Administrator, address: str) -> Operator:
    return Operator(known.administrator_id, known.name, known.group_id, address)


def _log_in_entry(known: Administrator, *, detail: str) -> Entry:
    return Entry(
        verb=Verb.LOG_IN,
        kind=KIND,
        name=known.account,
        detail=detail,
        target=f"administrator:{known.administrator_id}",
    )
