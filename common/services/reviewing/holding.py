"""Articles held for a decision, and who else works on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.errors import TransactionConflict
from common.extensions.db import retry_on_conflict
from common.extensions.db.engines import is_duplicate
from common.models import Administrator, Article

AT_ONCE: Final = 1000  # rows of one statement

Result = TypeVar("Result")


def hold(session: Session, article_ids: Collection[int]) -> dict[int, Article]:
    """Those of the articles that exist, locked in one order until the commit. One statement."""
    query = (
        select(Article)
        .where(Article.article_id.in_(article_ids))
        .order_by(Article.article_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.article_id: row for row in session.scalars(query)}


def name_of(session: Session, administrator_id: int | None) -> str | None:
    """How an administrator is called; None: there is no such one any more."""
    if administrator_id is None:
        return None
    return session.scalar(
        select(Administrator.name).where(Administrator.administrator_id == administrator_id)
    )


def repeated(verb: Callable[[], Result]) -> Result:
    """The verb's result; it begins again where it lost a deadlock or a publication time.

    :raises TransactionConflict: it lost again and again
    """

    def once() -> Result:
        try:
            return verb()
        except IntegrityError as error:  # somebody published at one of these milliseconds
            if not is_duplicate(error):
                raise
            raise TransactionConflict from error

    result: Result = retry_on_conflict(once)
    return result


def in_pieces(rows: Sequence[Result]) -> list[Sequence[Result]]:
    """The rows, as many at a time as one statement takes."""
    return [rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE)]
