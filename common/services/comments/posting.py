"""Writing comments and replies (contract/user-app.md §9.2)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from common.cache import comment, user
from common.errors import InvalidInput, NotAllowed
from common.extensions.db import transaction
from common.models import Comment
from common.schemas.comments import CommentInfo, CommentPosted
from common.schemas.events import CommentAdded
from common.schemas.news import ArticleInfo
from common.services import outbox
from common.services.articles.locks import hold_answered, hold_article
from common.services.comments import repeats
from common.services.comments.listing import is_visible, present
from common.services.ids import identifiers
from common.services.moderation import sensitive_words
from common.services.visibility import visible_articles
from common.settings import Settings
from common.utils import clock
from common.utils.constants import CommentStatus, RelationKind

MAX_CHARACTERS = 1000


class _Desk:
    """What the process was configured with."""

    holds_everything = False


_desk = _Desk()


def init(settings: Settings) -> None:
    """Set whether every comment waits for review (``COMMENT_PREMODERATION``)."""
    _desk.holds_everything = settings.comment_premoderation


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a new comment goes: its article, and the comment it answers."""

    article_id: int
    article: ArticleInfo
    parent: CommentInfo | None

    @property
    def ids(self) -> tuple[int, int | None]:
        """Of the article, and of the comment that is answered."""
        return self.article_id, self.parent.comment_id if self.parent is not None else None


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
    place = _place(target, article_id, user_id)
    if not place.article.allow_comment:
        raise InvalidInput("Article denied comment.")
    _refuse_blocked(user_id, place)
    comment_id = identifiers.new_id()
    with transaction() as session:
        first = repeats.find_first(
            session, comment_id=comment_id, user_id=user_id, place=place.ids, text=content
        )
        if first is None:
            first = _insert(session, comment_id, user_id, place, content)
    return _posted(comment.info_of(first), target, user_id)


def _shows_nothing(text: str) -> bool:
    """Whether all of a text is blanks and characters without a shape, as zero-width spaces."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def _place(target: int, article_id: int | None, user_id: int) -> _Place:
    if article_id is None or (article_id == target and comment.comment_info.get(target) is None):
        article = _article(target, user_id)
        if article is None:
            raise InvalidInput({"target": "Invalid target article id."})
        return _Place(target, article, None)
    parent = comment.comment_info.get(target)
    if article_id == target and parent is not None:
        article_id = parent.article_id  # a client sends the comment's own id here
    article = _article(article_id, user_id)
    if article is None:
        raise InvalidInput({"art_id": "Invalid target article id."})
    if parent is None or parent.article_id != article_id or not is_visible(parent):
        raise InvalidInput("Invalid target comment id.")
    return _Place(article_id, article, parent)


def _article(article_id: int, user_id: int) -> ArticleInfo | None:
    visible = visible_articles((article_id,), reader_id=user_id)
    return visible[0].info if visible else None


def _refuse_blocked(user_id: int, place: _Place) -> None:
    """Nobody writes to those who have blocked him."""
    owners = {place.article.author_id}
    if place.parent is not None:
        owners.add(place.parent.author_id)
    for owner_id in owners - {user_id}:
        if user.relations.get(owner_id, user_id) == RelationKind.BLACKLIST:
            raise NotAllowed("User denied by target.")


def _insert(
    session: Session, comment_id: int, user_id: int, place: _Place, content: str
) -> Comment:
    _hold(session, place)
    status = sensitive_words.comment_status(content)
    if _desk.holds_everything:
        status = CommentStatus.PENDING
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


def _hold(session: Session, place: _Place) -> None:
    """See that what is commented on is there until the commit.

    :raises InvalidInput: it vanished a moment ago
    """
    article = hold_article(session, place.article_id)
    if article is None or not article.is_approved:
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
