"""Applying for qualification as a medium, with papers that operators look at (admin.md §3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from sqlalchemy import func, select

from common.errors import Conflict
from common.extensions.db import db, insert_new, reading_primary, transaction
from common.models import LegalizeLog, Qualification
from common.schemas.users import Application, ApplicationList, QualificationPapers
from common.services.media import uploads
from common.services.media.uploads import Purpose
from common.services.paging import first_index
from common.utils import clock
from common.utils.constants import LegalizeKind, LegalizeStatus
from common.utils.crypto import sealing

# Parameters that are pictures; nobody but operators ever sees them.
PICTURES: Mapping[str, Purpose] = {
    name: Purpose("qualification", label=name, max_side=2048, private=True)
    for name in ("id_card_front", "id_card_back", "id_card_handheld", "qualification_img")
}

PROCESSING = "Legalize is processing."


@contextmanager
def preparing(
    user_id: int, files: Mapping[str, bytes]
) -> Iterator[Callable[[QualificationPapers], Application]]:
    """What hands in papers for review, all of them or none; their pictures are stored already.

    To be entered outside of a transaction; the block hands in, or the pictures are dropped again.

    :param files: pictures as uploaded, by parameter (:data:`PICTURES`)
    :raises InvalidInput: no picture
    :raises Conflict: papers of this user are being looked at
    :raises TooLarge: a picture is
    :raises TooManyRequests: too many uploads
    :raises DependencyUnavailable: a picture could not be stored
    """
    _refuse_second(user_id)
    uploads.take_turn(user_id)
    pictures = uploads.decoded(files, PICTURES)
    with uploads.all_or_nothing() as upload:
        keys = {name: upload.store(picture, PICTURES[name]) for name, picture in pictures.items()}
        yield partial(_apply, user_id, keys)


def _apply(user_id: int, keys: Mapping[str, str], papers: QualificationPapers) -> Application:
    with transaction() as session:
        number = sealing.seal(papers["id_number"])
        row = Qualification(user_id=user_id, **{**papers, "id_number": number}, **keys)
        session.add(row)
        session.flush()
        log = _request(user_id, row.qualification_id)
        if not insert_new(session, log):
            raise Conflict(PROCESSING)
    return _shown(log)


def list_applications(user_id: int, *, page: int, per_page: int) -> ApplicationList:
    """What a user has applied for, real name or qualification, the latest first; two statements."""
    own = LegalizeLog.user_id == user_id
    with reading_primary():
        total = db.session.scalar(select(func.count(LegalizeLog.legalize_id)).where(own)) or 0
        rows = db.session.scalars(
            select(LegalizeLog)
            .where(own)
            .order_by(LegalizeLog.legalize_id.desc())
            .offset(first_index(page, per_page))
            .limit(per_page)
        ).all()
    return {
        "total_count": total,
        "page": page,
        "per_page": per_page,
        "results": [_shown(row) for row in rows],
    }


def _refuse_second(user_id: int) -> None:
    """Before anything is uploaded; the database has the last word.

    :raises Conflict: an application waits
    """
    waiting = select(LegalizeLog.legalize_id).where(
        LegalizeLog.user_id == user_id,
        LegalizeLog.type == LegalizeKind.QUALIFICATION,
        LegalizeLog.status == LegalizeStatus.PROCESSING,
    )
    with reading_primary():
        if db.session.scalar(waiting.limit(1)) is not None:
            raise Conflict(PROCESSING)


def _request(user_id: int, qualification_id: int) -> LegalizeLog:
    now = clock.now()
    return LegalizeLog(
        user_id=user_id,
        type=LegalizeKind.QUALIFICATION,
        status=LegalizeStatus.PROCESSING,
        qualification_id=qualification_id,
        create_time=now,
        update_time=now,
    )


def _shown(row: LegalizeLog) -> Application:
    return {
        "legalize_id": row.legalize_id,
        "type": row.type,
        "status": row.status,
        "reject_reason": row.reject_reason,
        "create_time": row.create_time.isoformat(timespec="seconds"),
        "update_time": row.update_time.isoformat(timespec="seconds"),
    }
