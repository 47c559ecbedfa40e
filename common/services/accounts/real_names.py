"""Real-name verification: what has to be handed in, and the request it becomes (admin.md §3.3)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from common.errors import Conflict
from common.extensions.db import insert_new
from common.models import LegalizeLog, UserProfile
from common.utils.constants import LegalizeKind, LegalizeStatus

MEMBERS = ("real_name", "id_number", "id_card_front", "id_card_back", "id_card_handheld")


def refuse_papers(members: Iterable[str]) -> None:
    """See that nobody who is verified hands in papers.

    :raises Conflict: ``members`` has some
    """
    if not set(MEMBERS).isdisjoint(members):
        raise Conflict("User has been verified.")


def request_review(session: Session, profile: UserProfile) -> None:
    """Ask the operators to look at the papers if all are there; an open request is kept."""
    if all(getattr(profile, member) for member in MEMBERS):
        insert_new(
            session,
            LegalizeLog(
                user_id=profile.user_id,
                type=LegalizeKind.REAL_NAME,
                status=LegalizeStatus.PROCESSING,
            ),
        )
