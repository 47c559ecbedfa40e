"""Claims: who reviews what, so that no two do the same work (contract/admin.md §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import or_, select, update

from common.errors import InvalidInput
from common.extensions.db import transaction
from common.models import Article
from common.schemas.administration.audit import Verb
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import Claimed
from common.services.audit.recording import record
from common.services.reviewing import rules
from common.services.reviewing.writing_down import entry
from common.utils import clock

CLAIM_TIME: Final = timedelta(minutes=10)


def claim(operator: Operator, article_ids: Sequence[int]) -> Claimed:
    """Claim those of the articles that wait and that nobody else has claimed, for ten minutes.

    Who has claimed one before has it for another ten, in the version that it has now. A claim ends
    with the decision, its release, or its time; it hides nothing from anybody.

    :raises InvalidInput: none of the ids exists
    """
    with transaction() as session:
        now = clock.now()
        query = (
            select(
                Article.article_id,
                Article.waiting_since,
                Article.claimed_by,
                Article.claimed_until,
            )
            .where(Article.article_id.in_(article_ids))
            .order_by(Article.article_id)
            .with_for_update()
        )
        rows = session.execute(query).all()
        if not rows:
            raise InvalidInput(rules.UNKNOWN)
        mine = [
            row.article_id
            for row in rows
            if row.waiting_since is not None
            and (row.claimed_by == operator.administrator_id or not rules.is_claimed(row, now))
        ]
        until = now + CLAIM_TIME
        session.execute(
            update(Article)
            .where(Article.article_id.in_(mine))
            .values(
                claimed_by=operator.administrator_id,
                claimed_until=until,
                claimed_version=Article.version,
            )
            .execution_options(synchronize_session=False)
        )
        record(operator, *(entry(id_, Verb.CHANGE, "认领") for id_ in mine))
    return {
        "count": len(mine),
        "article_ids": mine,
        "claimed_until": until.isoformat(timespec="seconds"),
    }


def release(operator: Operator, article_ids: Sequence[int]) -> None:
    """Give up the operator's own claims among these; those of others stay."""
    with transaction() as session:
        mine = session.scalars(
            select(Article.article_id)
            .where(
                Article.article_id.in_(article_ids),
                Article.claimed_by == operator.administrator_id,
                or_(Article.claimed_until.is_(None), Article.claimed_until > clock.now()),
            )
            .order_by(Article.article_id)
            .with_for_update()
        ).all()
        if not mine:
            return
        session.execute(
            update(Article)
            .where(Article.article_id.in_(mine))
            .values(claimed_by=None, claimed_until=None, claimed_version=None)
            .execution_options(synchronize_session=False)
        )
        record(operator, *(entry(id_, Verb.CHANGE, "放弃认领") for id_ in mine))
