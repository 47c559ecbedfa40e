"""One text sent twice within seconds is one comment (contract/user-app.md §9.2).

Kept in SQL, with the comment itself: of those that come together one writes while the others
queue for its row, and what they find there is true whatever becomes of the other stores.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy.orm import Session

from common.errors import TransactionConflict
from common.extensions.db import insert_ignore, lock_one
from common.models import Comment, IdempotencyKey
from common.utils import clock
from common.utils.constants import CommentStatus

WINDOW = timedelta(seconds=10)  # the same text in the same place again is a double click

_ROUTE = "comment"


def find_first(
    session: Session, *, comment_id: int, user_id: int, place: tuple[int, int | None], text: str
) -> Comment | None:
    """The comment that this one would repeat; None, and until the commit no other is the first.

    One that was deleted is not repeated.

    :param comment_id: what this one will be called if it is written
    :param place: ids of the article and of the comment that is answered
    """
    digest = hashlib.sha256(f"{place} {text}".encode()).hexdigest()
    key = {"owner": f"comm:{user_id}", "idem_key": digest}
    now, own_id = clock.now(), str(comment_id)
    claim = {"route": _ROUTE, "body_hash": digest, "body": own_id, "created_at": now}
    insert_ignore(session, IdempotencyKey, [key | claim])
    row = lock_one(session, IdempotencyKey, **key)
    if row is None:
        raise TransactionConflict  # purged in between: begin again
    if row.body == own_id:
        return None
    # Of whole seconds: the window is a fraction longer rather than shorter.
    if row.created_at >= now - WINDOW:
        first = session.get(Comment, int(row.body or 0), populate_existing=True)
        if first is not None and first.status != CommentStatus.DELETED:
            return first
    row.body, row.created_at = own_id, now
    return None
