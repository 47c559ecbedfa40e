"""What becomes of comments when some of them get another status: worked out, then done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.models import Comment
from common.schemas.events import Event
from common.schemas.events.comments import CommentDecided, CommentDeleted, CommentPlace
from common.schemas.overseeing.comments import SkippedComment
from common.services import outbox
from common.services.articles.locks import hold_articles
from common.services.comments.moving import move
from common.services.comments.threads import ANSWER, Answer, Branches, answers_in, hold_threads
from common.utils.constants import CommentStatus

SAME: Final = "Comment has this status."
CHANGED: Final = "Comment was changed since."
DELETED: Final = "Comment is deleted."
HIDDEN_ABOVE: Final = "What it answers is not visible."


class Fates:
    """The fates of held comments.

    What vanishes takes along all visible ones below it, what is deleted everything. What appears
    needs visible ones above it, or such as appear with it.

    :ivar found: those of the named comments that exist, the oldest first
    :ivar decided: those of them that change
    :ivar skipped: the others
    :ivar moves: the status that each comment gets, the decided ones and what goes with them
    """

    def __init__(
        self,
        session: Session,
        wanted: Mapping[int, CommentStatus],
        *,
        given: Mapping[int, int] | None = None,
    ) -> None:
        """Hold the comments with their threads and articles, and work it out.

        :param wanted: the status that each is to get
        :param given: the status that each must still have; without it a deleted one stays deleted
        """
        self._session, self._wanted, self._given = session, wanted, given
        places = _read(session, wanted)
        self._articles = hold_articles(session, {each.article_id for each in places})
        hold_threads(session, {each.head_id for each in places})
        self.found = _read(session, wanted)
        self._above = self._ancestors()
        self._branches = self._threads()
        self.moves: dict[Answer, CommentStatus] = {}
        self.decided: list[Answer] = []
        self.skipped: list[SkippedComment] = []
        for each in self.found:
            self._decide(each)

    def carry_out(self) -> None:
        """Change the rows, and say what happened.

        :raises TransactionConflict: one of them was changed by who does not hold threads
        """
        move(self._session, self.moves)
        removed: dict[int, list[CommentPlace]] = {}
        events: list[Event] = []
        for each, status in self.moves.items():
            if each.status == CommentStatus.APPROVED:
                removed.setdefault(each.article_id, []).append(each.place)
            elif status == CommentStatus.APPROVED:
                events.append(self._let_through(each))
        for article_id, places in removed.items():
            article = self._articles.get(article_id)
            events.append(
                CommentDeleted(
                    article_id=article_id,
                    removed=tuple(places),
                    is_article_forgotten=article is None or article.is_forgotten,
                )
            )
        outbox.add_all(events)

    def _let_through(self, answer: Answer) -> CommentDecided:
        article = self._articles.get(answer.article_id)
        parent = self._above.get(answer.parent_id or 0)
        return CommentDecided(
            comment_id=answer.comment_id,
            user_id=answer.user_id,
            article_id=answer.article_id,
            author_id=0 if article is None else article.author_id,
            parent_id=answer.parent_id,
            root_id=answer.root_id,
            parent_author_id=None if parent is None else parent.user_id,
        )

    def _decide(self, answer: Answer) -> None:
        status = self._wanted[answer.comment_id]
        if answer in self.moves:  # went with one above it, which is older
            self.decided.append(answer)
        elif (reason := self._reason(answer, status)) is not None:
            self.skipped.append({"comment_id": answer.comment_id, "reason": reason})
        else:
            self.decided.append(answer)
            self.moves[answer] = status
            for each in self._branches.of(answer.comment_id):
                if self._goes_along(each, answer, status):
                    self.moves[each] = self._own_or(each, status)

    def _reason(self, answer: Answer, status: CommentStatus) -> str | None:
        """Why it stays as it is; None if it does not."""
        if self._given is not None and answer.status != self._given[answer.comment_id]:
            return CHANGED
        if self._given is None and answer.status == CommentStatus.DELETED:
            return DELETED
        if answer.status == status:
            return SAME
        if status == CommentStatus.APPROVED and not self._is_below_visible_ones(answer):
            return HIDDEN_ABOVE
        return None

    def _is_below_visible_ones(self, answer: Answer) -> bool:
        above = (self._above.get(id_) for id_ in (answer.root_id, answer.parent_id) if id_)
        return all(
            each is not None and self.moves.get(each, each.status) == CommentStatus.APPROVED
            for each in above
        )

    def _goes_along(self, each: Answer, answer: Answer, status: CommentStatus) -> bool:
        if each.comment_id == answer.comment_id or status == CommentStatus.APPROVED:
            return False
        return status == CommentStatus.DELETED or each.status == CommentStatus.APPROVED

    def _own_or(self, each: Answer, status: CommentStatus) -> CommentStatus:
        """What was wanted of one that goes along, if it is to vanish anyway."""
        own = self._wanted.get(each.comment_id, status)
        return status if own == CommentStatus.APPROVED else own

    def _ancestors(self) -> dict[int, Answer]:
        """The comments themselves and what heads or is answered by them."""
        known = {each.comment_id: each for each in self.found}
        ids = {id_ for each in self.found for id_ in (each.root_id, each.parent_id) if id_}
        return known | {each.comment_id: each for each in _read(self._session, ids - known.keys())}

    def _threads(self) -> Branches:
        """Of the comments that may take others along."""
        heads = {
            each.head_id
            for each in self.found
            if self._wanted[each.comment_id] == CommentStatus.DELETED
            or each.status == CommentStatus.APPROVED
        }
        return Branches(answers_in(self._session, heads) if heads else ())


def _read(session: Session, comment_ids: Iterable[int]) -> list[Answer]:
    ids = list(comment_ids)
    if not ids:
        return []
    query = select(*ANSWER).where(Comment.comment_id.in_(ids)).order_by(Comment.comment_id)
    return [Answer(*row) for row in session.execute(query)]
