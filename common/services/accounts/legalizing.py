"""Operators decide who is who, and who is qualified (contract/admin.md §2.30, §3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from common.errors import NotAllowed
from common.extensions.db import transaction
from common.models import LegalizeLog, User, UserProfile
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import BatchCount, Operator
from common.schemas.events.accounts import LegalizeDecided, ProfileChanged
from common.services import outbox
from common.services.audit.recording import record
from common.utils import clock
from common.utils.constants import LegalizeKind, LegalizeStatus

DECIDED: Final = "Legalize is processed."
DEFAULT_REASON: Final = "资料不通过，驳回"
KIND: Final = "认证"


def decide(
    operator: Operator, legalize_ids: Sequence[int], *, status: LegalizeStatus, reason: str
) -> BatchCount:
    """Approve or reject those that wait; how many these are. Others are left as they are.

    Approval of a real name opens the media platform at the next login or refresh; approval of a
    qualification marks its owner. A rejection takes nothing back.

    :param reason: of a rejection
    :raises NotAllowed: none of them waits for a decision
    """
    with transaction() as session:
        rows = session.execute(
            select(LegalizeLog.legalize_id, LegalizeLog.user_id, LegalizeLog.type)
            .where(
                LegalizeLog.legalize_id.in_(legalize_ids),
                LegalizeLog.status == LegalizeStatus.PROCESSING,
            )
            .order_by(LegalizeLog.legalize_id)
            .with_for_update()
        ).all()
        if not rows:
            raise NotAllowed(DECIDED)
        is_approved = status == LegalizeStatus.APPROVED
        told = None if is_approved else reason or DEFAULT_REASON
        _close(session, operator, [row.legalize_id for row in rows], status=status, reason=told)
        if is_approved:
            _grant(session, rows)
        for row in rows:
            outbox.add(
                LegalizeDecided(
                    legalize_id=row.legalize_id,
                    user_id=row.user_id,
                    kind=row.type,
                    status=int(status),
                    reason=told,
                )
            )
        verb = Verb.APPROVE if is_approved else Verb.REJECT
        changes = {"status": Change(int(LegalizeStatus.PROCESSING), int(status))}
        record(
            operator,
            *(entry_of(verb, row.legalize_id, row.user_id, changes, told or "") for row in rows),
        )
    return {"count": len(rows)}


def _close(
    session: Session,
    operator: Operator,
    legalize_ids: Sequence[int],
    *,
    status: LegalizeStatus,
    reason: str | None,
) -> None:
    session.execute(
        update(LegalizeLog)
        .where(LegalizeLog.legalize_id.in_(legalize_ids))
        .values(
            status=status,
            reject_reason=reason,
            reviewer_id=operator.administrator_id,
            review_time=clock.now(),
        )
    )


def _grant(session: Session, rows: Sequence[Any]) -> None:
    """What an approval is worth, by its type; nothing else is touched."""
    verified = [row.user_id for row in rows if row.type == LegalizeKind.REAL_NAME]
    qualified = [row.user_id for row in rows if row.type == LegalizeKind.QUALIFICATION]
    for user_ids, values in ((verified, {"is_verified": True}), (qualified, {"is_media": True})):
        if user_ids:
            session.execute(update(User).where(User.user_id.in_(user_ids)).values(**values))
    if qualified:
        of_them = UserProfile.user_id.in_(qualified)
        now = clock.now()
        session.execute(update(UserProfile).where(of_them).values(register_media_time=now))
    for user_id in dict.fromkeys([*verified, *qualified]):
        outbox.add(ProfileChanged(user_id=user_id))


def entry_of(
    verb: Verb,
    legalize_id: int,
    user_id: int,
    changes: dict[str, Change] | None = None,
    detail: str = "",
) -> Entry:
    """What is written down about a request: never what its papers say."""
    return Entry(
        verb=verb,
        kind=KIND,
        name=legalize_id,
        detail=f"用户 {user_id} {detail}".strip(),
        target=f"legalize:{legalize_id}",
        changes=changes,
    )
