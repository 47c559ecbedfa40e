"""Operators lock readers and editors out, for good or until a time (contract/admin.md §3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.models import User
from common.models.visibility import frozen_users_sql
from common.schemas.administration.audit import NOBODY, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.accounts import UserFrozen, UserThawed
from common.services import outbox
from common.services.audit.recording import changes_of, record
from common.services.jobs.leadership import fenced
from common.utils import clock
from common.utils.constants import UserStatus

log = structlog.get_logger(__name__)

AT_ONCE: Final = 100  # thawed per round; the next round follows within a second
KIND: Final = "用户"
CLOCK: Final = Operator(NOBODY, "系统", group_id=NOBODY, address="")  # acts when a time has come


def freeze(operator: Operator, user_ids: Sequence[int], *, until: datetime | None) -> int:
    """Lock accounts, all that exist; how many these are. Who is locked already gets the new time.

    Their tokens open nothing within a second in every process; what they wrote is hidden.

    :param until: when they are thawed, product time; None: for good
    :raises InvalidInput: that is over already
    """
    if until is not None and until <= clock.now():
        raise InvalidInput({"frozen_until": "Invalid date param."})
    with transaction() as session:
        return _set(session, operator, user_ids, status=UserStatus.DISABLED, until=until)


def thaw(operator: Operator, user_ids: Sequence[int]) -> int:
    """Unlock accounts, all that exist; how many these are. Good tokens open again."""
    with transaction() as session:
        return _set(session, operator, user_ids, status=UserStatus.ENABLED, until=None)


def thaw_due() -> int:
    """Unlock those whose time has come, each once; how many. Cheap when there is none."""
    refresh_view()
    due = (frozen_users_sql(), User.frozen_until <= clock.now())
    query = select(User.user_id).where(*due).order_by(User.frozen_until).limit(AT_ONCE)
    with reading_primary():
        user_ids = db.session.scalars(query).all()
    if not user_ids:
        return 0
    with fenced() as session:
        still = session.scalars(
            select(User.user_id).where(User.user_id.in_(user_ids), *due).with_for_update()
        ).all()
        _set(session, CLOCK, still, status=UserStatus.ENABLED, until=None)
    log.info("users_thawed_on_time", count=len(still))
    return len(still)


def _set(
    session: Session,
    operator: Operator,
    user_ids: Sequence[int],
    *,
    status: UserStatus,
    until: datetime | None,
) -> int:
    rows = session.execute(
        select(User.user_id, User.status, User.frozen_until)
        .where(User.user_id.in_(user_ids))
        .order_by(User.user_id)
        .with_for_update()
    ).all()
    after = {"status": int(status), "frozen_until": until}
    entries, moved = [], []
    for row in rows:
        before = {"status": row.status, "frozen_until": row.frozen_until}
        if changes := changes_of(before, after):
            verb = Verb.FREEZE if status == UserStatus.DISABLED else Verb.THAW
            target = f"user:{row.user_id}"
            detail = f"至 {until:%Y-%m-%d %H:%M:%S}" if until is not None else ""
            entries.append(
                Entry(
                    verb=verb,
                    kind=KIND,
                    name=row.user_id,
                    detail=detail,
                    target=target,
                    changes=changes,
                )
            )
            moved.append(row.user_id)
    session.execute(update(User).where(User.user_id.in_(moved)).values(**after))
    event = UserFrozen if status == UserStatus.DISABLED else UserThawed
    for user_id in moved:
        outbox.add(event(user_id=user_id))
    record(operator, *entries)
    return len(rows)
