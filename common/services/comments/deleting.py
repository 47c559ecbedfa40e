"""Deleting comments with everything that answers them (contract/user-app.md §9.3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from common.errors import NotFound
from common.extensions.db import transaction
from common.schemas.events.comments import CommentDeleted
from common.services import outbox
from common.services.articles.locks import hold_article
from common.services.comments import rules
from common.services.comments.finding import Found, find_comment
from common.services.comments.moving import move
from common.services.comments.threads import Branches, answers_in, hold_threads
from common.utils.constants import CommentStatus


def delete_own_comment(*, user_id: int, comment_id: int) -> None:
    """Delete a comment of one's own; nothing happens when that was done before.

    :raises NotFound: there is none, or somebody else wrote it: which of the two is nobody's
        business (contract/security.md rows 23 and 25)
    """
    with transaction() as session:
        found = find_comment(session, comment_id)
        if found is None or found.writer_id != user_id:
            raise NotFound("The comment does not exist.")
        delete_branch(session, found)


def delete_hosted_comment(*, user_id: int, comment_id: int) -> None:
    """Delete a comment on an article of one's own (contract/media-platform.md §2.19).

    Nothing happens when that was done before.

    :raises NotFound: there is none
    :raises NotAllowed: it is on an article of somebody else
    """
    with transaction() as session:
        delete_branch(session, rules.hosted(session, user_id, comment_id))


def delete_branch(session: Session, found: Found) -> None:
    """Delete a comment and all below it; figures lose those that were visible, each once.

    :raises TransactionConflict: one of them was let through or refused at this very moment
    """
    article = hold_article(session, found.article_id)
    hold_threads(session, [found.head_id])
    branch = Branches(answers_in(session, [found.head_id])).of(found.comment_id)
    move(session, dict.fromkeys(branch, CommentStatus.DELETED))
    seen = tuple(each.place for each in branch if each.status == CommentStatus.APPROVED)
    if seen:
        outbox.add(
            CommentDeleted(
                article_id=found.article_id,
                removed=seen,
                is_article_forgotten=article is None or article.is_forgotten,
            )
        )
