"""Operators hand in for verification what somebody brought them (contract/admin.md §2.29)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, newest, transaction
from common.models import LegalizeLog, User
from common.schemas.administration.audit import Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.legalizes import LegalizeRow
from common.schemas.users import QualificationPapers
from common.services.accounts import legalize_papers, qualifications
from common.services.accounts.legalizing import entry_of
from common.services.audit.recording import record
from common.utils.constants import LegalizeKind, LegalizeStatus

UNKNOWN = "Invalid user id."


def request_real_name(operator: Operator, user_id: int) -> LegalizeRow:
    """Ask for a look at the papers in somebody's profile, complete or not.

    :raises InvalidInput: there is no such user
    :raises Conflict: a request of this kind waits
    """
    _refuse_unknown(user_id)
    log = LegalizeLog(
        user_id=user_id, type=LegalizeKind.REAL_NAME, status=LegalizeStatus.PROCESSING
    )
    with transaction() as session:
        if not insert_new(session, log):
            raise Conflict(qualifications.PROCESSING)
        return _written(session, operator, log.legalize_id, user_id)


def request_qualification(
    operator: Operator, user_id: int, papers: QualificationPapers, files: Mapping[str, bytes]
) -> LegalizeRow:
    """Hand in papers of a medium, as its owner could at the editors' door.

    :param files: pictures as uploaded, by parameter
    :raises InvalidInput: there is no such user, or a picture is none
    :raises Conflict: a request of this kind waits
    :raises TooLarge: a picture is
    :raises TooManyRequests: too many uploads for this user
    :raises DependencyUnavailable: a picture could not be stored
    """
    _refuse_unknown(user_id)
    with qualifications.preparing(user_id, files) as apply, transaction() as session:
        applied = apply(papers)
        return _written(session, operator, applied["legalize_id"], user_id)


def _refuse_unknown(user_id: int) -> None:
    if newest(User, user_id) is None:
        raise InvalidInput({"user_id": UNKNOWN})


def _written(session: Session, operator: Operator, legalize_id: int, user_id: int) -> LegalizeRow:
    record(operator, entry_of(Verb.ADD, legalize_id, user_id))
    return legalize_papers.row_of(session, operator, legalize_id)
