"""Who may comment, on what, and whether it shows at once; whose discussion it is.

Contract: user-app.md §9.2, media-platform.md §2.18 to §2.20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from common.cache import comment, user
from common.cache.engine.stages import Stage, stage
from common.errors import Closed, InvalidInput, NotAllowed, NotFound
from common.schemas.comments import CommentInfo
from common.schemas.news import ArticleInfo
from common.services.comments.finding import Found, find_comment
from common.services.moderation import sensitive_words
from common.services.visibility import Place, WantedArticles, WantedPeople, find_visible_article
from common.settings import Settings
from common.utils.constants import CommentStatus, RelationKind
from common.utils.parameters.basic import UNKNOWN_ARTICLE

NOT_THERE = "Comment not exists."


class _Desk:
    """What the process was configured with."""

    holds_everything = False


_desk = _Desk()


def init(settings: Settings) -> None:
    """Set whether every comment waits for review (``COMMENT_PREMODERATION``)."""
    _desk.holds_everything = settings.comment_premoderation


@dataclass(frozen=True, slots=True)
class Target:
    """What is commented on: an article, or within it the comment that is answered."""

    article_id: int
    article: ArticleInfo
    parent: CommentInfo | None

    @property
    def ids(self) -> tuple[int, int | None]:
        """Of the article, and of the comment that is answered."""
        return self.article_id, self.parent.comment_id if self.parent is not None else None


def may_comment(user_id: int, target: Target) -> None:
    """Refuse who may not comment; returns nothing to who may.

    Whoever is logged in (``login_required``) and within his budget (``comments_limited``) may
    comment on what he can see (:func:`find_target` refuses the rest), where comments are open,
    unless he is blocked. Whether the comment shows at once: :func:`first_status`.

    :raises Closed: the article takes no comments
    :raises NotAllowed: its author, or who is answered, has blocked the user
    """
    refuse_where_closed(target.article)
    _refuse_blocked(user_id, target)


class Switch(Protocol):
    """An article, as far as whether it takes comments."""

    @property
    def allow_comment(self) -> bool:
        """Whether its author lets people comment."""


def refuse_where_closed(article: Switch) -> None:
    """Nobody comments on a closed article, its author included; what was written stays.

    :raises Closed: always, there
    """
    if not article.allow_comment:
        raise Closed("Article denied comment.")


def hosted(session: Session, user_id: int, comment_id: int) -> Found:
    """A comment on an article of one's own: its author deletes and pins what is written there.

    :raises NotFound: there is no such comment
    :raises NotAllowed: the article is somebody else's
    """
    found = find_comment(session, comment_id)
    if found is None:
        raise NotFound(NOT_THERE)
    if found.host_id != user_id:
        raise NotAllowed("User has no permission to delete this comment.")
    return found


def _refuse_blocked(user_id: int, target: Target) -> None:
    """Nobody writes to those who have blocked him."""
    owners = {target.article.author_id}
    if target.parent is not None:
        owners.add(target.parent.author_id)
    for owner_id in owners - {user_id}:
        if user.relations.get(owner_id, user_id) == RelationKind.BLACKLIST:
            raise NotAllowed("User denied by target.")


def first_status(content: str) -> CommentStatus:
    """Whether a new comment shows at once, or waits for the operators: its writer sees it."""
    has_hits = _has_sensitive_words(content)  # also where all wait: the words are counted
    waits = has_hits or _desk.holds_everything
    return CommentStatus.PENDING if waits else CommentStatus.APPROVED


def _has_sensitive_words(content: str) -> bool:
    hits = sensitive_words.find(content)
    sensitive_words.note_hits(hits)
    return bool(hits)


def find_target(id_: int, article_id: int | None) -> Target:
    """What a client means: an article, or a comment when ``article_id`` says of which article.

    :raises InvalidInput: no visible article, or no visible comment of it
    """
    if article_id is None or (article_id == id_ and comment.comment_info.get(id_) is None):
        return Target(id_, _article(id_, named="target"), None)
    parent = comment.comment_info.get(id_)
    if article_id == id_ and parent is not None:
        article_id = parent.article_id  # a client sends the comment's own id here
    article = _article(article_id, named="art_id")
    if parent is None or parent.article_id != article_id or not is_visible(parent):
        raise InvalidInput("Invalid target comment id.")
    return Target(article_id, article, parent)


def _article(article_id: int, *, named: str) -> ArticleInfo:
    found = find_visible_article(article_id)
    if found is None:
        raise InvalidInput({named: UNKNOWN_ARTICLE})
    return found.info


def is_visible(info: CommentInfo) -> bool:
    """Whether readers can see a comment: its article is visible and its writer enabled."""
    with stage() as ask:
        surroundings = WantedSurroundings(ask, info)
    return surroundings.are_visible()


class WantedSurroundings:
    """What a comment needs in order to be seen, within a stage that others share."""

    def __init__(self, ask: Stage, info: CommentInfo) -> None:
        self._article = WantedArticles(ask, (info.article_id,), None)
        self._writer = WantedPeople(ask, (info.author_id,), None)

    def are_visible(self) -> bool:
        """Whether readers can see the comment, after the stage has run."""
        return bool(self._article.resolve(Place.LINK)) and bool(self._writer.resolve().profiles)
