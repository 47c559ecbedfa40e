"""Writing comments and replies (contract/user-app.md §9.2)."""

from __future__ import annotations

import hashlib
import time
import unicodedata
from datetime import timedelta

from sqlalchemy.orm import Session

from common.cache import comment
from common.errors import DependencyUnavailable, InvalidInput, NotAllowed
from common.extensions.db import db, reading_primary, refresh_view, transaction
from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.models import Comment
from common.schemas.comments import CommentInfo, CommentPosted
from common.schemas.events.comments import CommentAdded
from common.services import outbox
from common.services.articles.locks import hold_approved
from common.services.comments import rules
from common.services.comments.listing import present
from common.services.comments.locks import hold_answered
from common.services.comments.rules import Target
from common.services.ids import identifiers
from common.utils import clock
from common.utils.constants import CommentStatus

MAX_CHARACTERS = 1000
REPEAT_WINDOW = timedelta(seconds=10)  # the same text on the same target again is a double click
REPEAT_LOOKS = 20
REPEAT_PAUSE_SECONDS = 0.02

_CLAIM = load_script(__file__, "posting")


def add_comment(
    *, user_id: int, target: int, content: str, article_id: int | None
) -> CommentPosted:
    """Comment on an article, or reply to a comment when ``article_id`` says of which article.

    The same text on the same target within ten seconds gives the first one's result again.

    :raises InvalidInput: empty text, no such article or comment, or the article takes none
    :raises NotAllowed: the author, or the parent's author, has blocked the caller
    """
    if _shows_nothing(content):
        raise InvalidInput("Empty content.")
    place = rules.find_target(target, article_id)
    rules.may_comment(user_id, place)
    comment_id = identifiers.new_id()
    first = _first_of_repeats(user_id, target, content, comment_id)
    if first is not None:
        return _posted(first, target, user_id)
    status = rules.first_status(content)
    return _posted(_insert(comment_id, user_id, place, content, status), target, user_id)


def _shows_nothing(text: str) -> bool:
    """Whether all of a text is blanks and characters without a shape, as zero-width spaces."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def _insert(
    comment_id: int, user_id: int, place: Target, content: str, status: CommentStatus
) -> CommentInfo:
    parent = place.parent
    now = clock.now()
    row = Comment(
        comment_id=comment_id,
        user_id=user_id,
        article_id=place.article_id,
        parent_id=parent.comment_id if parent is not None else None,
        root_id=(parent.root_id or parent.comment_id) if parent is not None else None,
        content=content,
        status=status,
        is_top=False,
        create_time=now,
    )
    with transaction() as session:
        _hold(session, place)
        session.add(row)
        outbox.add(
            CommentAdded(
                comment_id=row.comment_id,
                user_id=user_id,
                article_id=place.article_id,
                author_id=place.article.author_id,
                parent_id=row.parent_id,
                root_id=row.root_id,
                parent_author_id=parent.author_id if parent is not None else None,
                is_visible=status == CommentStatus.APPROVED,
            )
        )
    return CommentInfo(
        comment_id=row.comment_id,
        author_id=user_id,
        article_id=place.article_id,
        parent_id=row.parent_id,
        root_id=row.root_id,
        content=content,
        published_at=now.isoformat(timespec="seconds"),
    )


def _hold(session: Session, place: Target) -> None:
    """See that what is commented on is there until the commit.

    :raises InvalidInput: it vanished a moment ago
    """
    if hold_approved(session, place.article_id) is None:
        raise InvalidInput({"target": "Invalid target article id."})
    parent = place.parent
    if parent is not None and not hold_answered(
        session, parent.comment_id, parent.root_id or parent.comment_id
    ):
        raise InvalidInput("Invalid target comment id.")


def _posted(new: CommentInfo, target: int, user_id: int) -> CommentPosted:
    cards = present([new], user_id)
    if not cards:  # locked out a moment ago
        raise NotAllowed("User denied.")
    return {
        "com_id": new.comment_id,
        "target": target,
        "art_id": new.article_id,
        "new_obj": cards[0],
    }


def _first_of_repeats(
    user_id: int, target: int, content: str, comment_id: int
) -> CommentInfo | None:
    """The comment that this one repeats, or None, and ``comment_id`` is noted as the first.

    While STORE is away repeats are not recognised.
    """
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    key = f"comm:repeat:{user_id}:{target}:{digest}"
    seconds = int(REPEAT_WINDOW.total_seconds())
    gone: int | str = ""
    while True:
        try:
            holder = int(store.script(_CLAIM, [key], (comment_id, seconds, gone)))
        except DependencyUnavailable:
            return None
        if holder == comment_id:
            return None
        written = _awaited(holder)
        if written is not None:
            return written
        gone = holder  # deleted meanwhile, or never written: the next one is the first


def _awaited(comment_id: int) -> CommentInfo | None:
    """A comment as its author sees it; None if it was deleted, or nobody writes it.

    Of two that arrive together the second waits a moment for the first one's commit.
    """
    for _ in range(REPEAT_LOOKS):
        refresh_view()
        with reading_primary():
            row = db.session.get(Comment, comment_id, populate_existing=True)
        if row is not None:
            return None if row.status == CommentStatus.DELETED else comment.info_of(row)
        time.sleep(REPEAT_PAUSE_SECONDS)
    return None
