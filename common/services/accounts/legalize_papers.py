"""Requests for verification as operators see them, with the papers (admin.md §2.28, §2.31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from common.errors import InvalidInput
from common.extensions.db import LongList, newest_queue, transaction
from common.extensions.storage import storage
from common.models import Administrator, LegalizeLog, Qualification, User, UserProfile
from common.schemas.administration.audit import Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.legalizes import (
    LegalizeList,
    LegalizePage,
    LegalizeRow,
    QualificationPapers,
    RealNamePapers,
)
from common.services.accounts.legalizing import entry_of
from common.services.audit.recording import record
from common.utils import media
from common.utils.constants import LegalizeKind, LegalizeStatus
from common.utils.crypto import sealing
from common.utils.storage import PRIVATE_PREFIX

UNKNOWN: Final = "Invalid legalize id."
SIGNED_SECONDS: Final = 600  # how long the address of a picture of papers works


@dataclass(frozen=True, kw_only=True)
class LegalizeFilter:
    """Which requests; None and empty text mean any."""

    status: int | None = None
    kind: int | None = None
    user_id: int | None = None
    keyword: str | None = None


def list_legalizes(
    operator: Operator, wanted: LegalizeFilter, *, by_id: bool, page: int, per_page: int
) -> LegalizeList:
    """A page of requests, the latest changed first unless by id. Two statements."""
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (LegalizeLog.status, wanted.status),
        (LegalizeLog.type, wanted.kind),
        (LegalizeLog.user_id, wanted.user_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if keyword := wanted.keyword:
        named = or_(
            User.user_name.icontains(keyword, autoescape=True),
            User.account.icontains(keyword, autoescape=True),
            User.mobile == keyword,
        )
        conditions.append(LegalizeLog.user_id.in_(select(User.user_id).where(named)))
    latest = (LegalizeLog.update_time, LegalizeLog.legalize_id)
    waiting = select(func.min(LegalizeLog.create_time)).where(
        LegalizeLog.status == LegalizeStatus.PROCESSING
    )
    requests = LongList(
        rows=_rows(),
        where=conditions,
        order=(LegalizeLog.legalize_id,) if by_id else latest,
        descends=not by_id,
    )
    rows, total, oldest = newest_queue(requests, waiting, page=page, per_page=per_page)
    return {
        "legalizes": [_shown(operator, row) for row in rows],
        "total_count": total,
        "oldest_at": _time(oldest),
    }


def look_at(operator: Operator, legalize_id: int) -> LegalizePage:
    """One request with its papers; that somebody saw them is written down.

    :raises InvalidInput: there is none with this id
    """
    with transaction() as session:
        row = session.execute(_rows().where(LegalizeLog.legalize_id == legalize_id)).one_or_none()
        if row is None:
            raise InvalidInput(UNKNOWN)
        page = _page(session, operator, row)
        record(operator, entry_of(Verb.LOOK, legalize_id, row.user_id))
    return page


def row_of(session: Session, operator: Operator, legalize_id: int) -> LegalizeRow:
    """A request that is there, as in the list; part of a transaction."""
    row = session.execute(_rows().where(LegalizeLog.legalize_id == legalize_id)).one()
    return _shown(operator, row)


def _page(session: Session, operator: Operator, row: Any) -> LegalizePage:
    if row.type == LegalizeKind.REAL_NAME:
        return {**_shown(operator, row), "user_profile": _real_name_papers(session, row.user_id)}
    return {
        **_shown(operator, row),
        "qualification": _qualification_papers(session, row.qualification_id),
    }


def _real_name_papers(session: Session, user_id: int) -> RealNamePapers | None:
    profile = session.get(UserProfile, user_id, populate_existing=True)
    if profile is None:
        return None
    return {
        "user_id": user_id,
        "gender": profile.gender,
        "birthday": profile.birthday.isoformat() if profile.birthday else "",
        "real_name": profile.real_name,
        "id_number": _opened(profile.id_number),
        "id_card_front": _signed(profile.id_card_front),
        "id_card_back": _signed(profile.id_card_back),
        "id_card_handheld": _signed(profile.id_card_handheld),
        "area": profile.area,
        "company": profile.company,
        "career": profile.career,
    }


def _qualification_papers(
    session: Session, qualification_id: int | None
) -> QualificationPapers | None:
    papers = (
        session.get(Qualification, qualification_id, populate_existing=True)
        if qualification_id is not None
        else None
    )
    if papers is None:
        return None
    return {
        "qualification_id": papers.qualification_id,
        "user_id": papers.user_id,
        "name": papers.name,
        "id_number": _opened(papers.id_number),
        "industry": papers.industry,
        "company": papers.company,
        "position": papers.position,
        "add_info": papers.add_info,
        "id_card_front": _signed(papers.id_card_front),
        "id_card_back": _signed(papers.id_card_back),
        "id_card_handheld": _signed(papers.id_card_handheld),
        "qualification_img": _signed(papers.qualification_img),
    }


def _opened(number: str | None) -> str | None:
    """An identity number as it was handed in; one from before numbers were sealed as it is."""
    if number is None:
        return None
    try:
        return sealing.unseal(number)
    except sealing.Unsealable:
        return number


def _signed(key: str | None) -> str | None:
    """The address of a picture that nobody else gets, for some minutes; of one that the reference
    kept among the public ones, that one."""
    if not key:
        return None
    if not key.startswith(PRIVATE_PREFIX):
        return media.url(key)
    return storage().signed_url(key, SIGNED_SECONDS, base_url=media.base_url())


def _rows() -> Any:
    return (
        select(
            LegalizeLog.legalize_id,
            LegalizeLog.user_id,
            LegalizeLog.qualification_id,
            LegalizeLog.type,
            LegalizeLog.status,
            LegalizeLog.reject_reason,
            LegalizeLog.create_time,
            LegalizeLog.update_time,
            User.account,
            User.user_name,
            User.mobile,
            Administrator.name.label("reviewer_name"),
        )
        .outerjoin(User, User.user_id == LegalizeLog.user_id)
        .outerjoin(Administrator, Administrator.administrator_id == LegalizeLog.reviewer_id)
    )


def _shown(operator: Operator, row: Any) -> LegalizeRow:
    return {
        "legalize_id": row.legalize_id,
        "user_id": row.user_id,
        "account": row.account,
        "name": row.user_name or "",
        "mobile": operator.shown(row.mobile or ""),
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
        "type": row.type,
        "status": row.status,
        "reject_reason": row.reject_reason,
        "reviewer_name": row.reviewer_name,
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
