"""What authors do about the discussions of their own articles: open, close, pin.

Contract: media-platform.md §2.16, §2.20. Deleting is with the other deleting.
"""

from __future__ import annotations

from common.errors import InvalidInput, NotFound
from common.extensions.db import lock_one, transaction
from common.models import Article, Comment
from common.schemas.events.articles import ArticleEdited
from common.schemas.events.comments import CommentPinned, CommentPlace
from common.services import outbox
from common.services.comments import rules
from common.utils import clock
from common.utils.constants import ArticleStatus, CommentStatus


def allow_comments(*, user_id: int, article_id: int, is_allowed: bool) -> None:
    """Open or close an approved article of one's own; a repeat changes nothing.

    The article's version stays: this is no edit of its text.

    :raises InvalidInput: it is not the user's, or not approved
    """
    with transaction() as session:
        row = lock_one(session, Article, article_id=article_id)
        if row is None or row.user_id != user_id or row.status != ArticleStatus.APPROVED:
            raise InvalidInput("Invalid article status.")
        if row.allow_comment == is_allowed:
            return
        row.allow_comment = is_allowed
        outbox.add(
            ArticleEdited(article_id=article_id, author_id=user_id, channel_id=row.channel_id)
        )


def pin_comment(*, user_id: int, comment_id: int, is_pinned: bool) -> None:
    """Pin a comment within its list, or unpin it; a repeat changes nothing.

    :raises NotFound: no visible comment has this id
    :raises NotAllowed: it is on an article of somebody else
    """
    with transaction() as session:
        rules.hosted(session, user_id, comment_id)
        row = lock_one(session, Comment, comment_id=comment_id)
        if row is None or row.status != CommentStatus.APPROVED:
            raise NotFound(rules.NOT_THERE)
        if row.is_top == is_pinned:
            return
        row.is_top = is_pinned
        row.update_time = clock.now()
        place = CommentPlace(comment_id=comment_id, parent_id=row.parent_id, root_id=row.root_id)
        outbox.add(CommentPinned(article_id=row.article_id, place=place))
