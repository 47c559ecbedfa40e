"""Writing comments and replies (contract/user-app.md §9.2)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.cache import comment
from common.errors import InvalidInput, NotAllowed
from common.extensions.db import transaction
from common.models import Comment
from common.schemas.comments import CommentInfo, CommentPosted
from common.schemas.events.comments import CommentAdded
from common.services import outbox
from common.services.articles.locks import hold_approved
from common.services.comments import repeats, rules
from common.services.comments.listing import present
from common.services.comments.locks import hold_answered
from common.services.comments.rules import Target
from common.services.ids import identifiers
from common.utils import clock
from common.utils.constants import CommentStatus
from common.utils.parameters.basic import UNKNOWN_ARTICLE
from common.utils.text import shapes

MAX_CHARACTERS = 1000
TOO_LONG = f'Value does not match pattern: "^.{{1,{MAX_CHARACTERS}}}$"'


def add_comment(
    *, user_id: int, target: int, content: str, article_id: int | None
) -> CommentPosted:
    """Comment on an article, or reply to a comment when ``article_id`` says of which article.

    The same text on the same target within ten seconds gives the first one's result again.

    :raises InvalidInput: empty text, no such article or comment
    :raises Closed: the article takes no comments
    :raises NotAllowed: the author, or the parent's author, has blocked the caller
    """
    if not shapes.shows_something(content):
        raise InvalidInput("Empty content.")
    place = rules.find_target(target, article_id)
    rules.may_comment(user_id, place)
    comment_id = identifiers.new_id()
    with transaction() as session:
        first = repeats.find_first(
            session, comment_id=comment_id, user_id=user_id, place=place.ids, text=content
        )
        if first is None:
            first = _insert(session, comment_id, user_id, place, content)
    return _posted(comment.info_of(first), target, user_id)


def _insert(
    session: Session, comment_id: int, user_id: int, place: Target, content: str
) -> Comment:
    _hold(session, place)
    status = rules.first_status(content)
    parent = place.parent
    row = Comment(
        comment_id=comment_id,
        user_id=user_id,
        article_id=place.article_id,
        parent_id=parent.comment_id if parent is not None else None,
        root_id=(parent.root_id or parent.comment_id) if parent is not None else None,
        content=content,
        status=status,
        is_top=False,
        create_time=clock.now(),
    )
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
    return row


def _hold(session: Session, place: Target) -> None:
    """See that what is commented on is there, and open, until the commit.

    :raises InvalidInput: it vanished a moment ago
    :raises Closed: it was closed a moment ago
    """
    article = hold_approved(session, place.article_id)
    if article is None:
        raise InvalidInput({"target": UNKNOWN_ARTICLE})
    rules.refuse_where_closed(article)
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
