"""Comments and replies."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.overseeing.comments import CommentDecision, CommentUndo, OverseenCommentList
from common.services.comments import deciding, overseen
from common.services.comments.overseen import CommentFilter
from common.utils.constants import CommentStatus, MenuId
from common.utils.output import Created
from common.utils.parameters.basic import Absent, OptionalId
from common.utils.parameters.operators import Ids, Keyword, PeriodQuery, choice
from common.utils.parser import Id
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.REVIEWS
DECIDING = Permission("comment-list-put", "评论审核", MENU)

Status = Annotated[int, choice(CommentStatus.PENDING, CommentStatus.DELETED)]
Outcome = Annotated[int, choice(CommentStatus.APPROVED, CommentStatus.DELETED)]


class CommentQuery(PeriodQuery):
    """Which comments; the period is that in which they were written."""

    article_id: OptionalId = None
    user_id: OptionalId = None
    author: Keyword = None
    keyword: Keyword = None
    status: Annotated[Status | None, Absent()] = None

    def wanted(self) -> CommentFilter:
        """Which comments."""
        return CommentFilter(
            article_id=self.article_id,
            user_id=self.user_id,
            author=self.author,
            keyword=self.keyword,
            status=self.status,
            begin=self.begin,
            end=self.end,
        )


class CommentBatch(BaseModel):
    comment_ids: Ids
    status: Outcome


class Batch(BaseModel):
    batch_id: Id


class CommentListResource(OperatorResource):
    """All comments and replies."""

    permissions = permitted(get=Permission("comment-list-get", "评论列表查询", MENU), put=DECIDING)

    def get(self, query: CommentQuery) -> OverseenCommentList:
        """Comments of every status but deleted, unless one is named; the newest first."""
        return overseen.list_comments(
            query.wanted(), by_id=query.by_id, page=query.page, per_page=query.per_page
        )

    def put(self, body: CommentBatch) -> tuple[CommentDecision, Created]:
        """Let these through, refuse or delete them; at once, everywhere."""
        decided = deciding.decide(operator(), body.comment_ids, status=CommentStatus(body.status))
        return decided, HTTPStatus.CREATED


class CommentUndoResource(OperatorResource):
    """Batches taken back."""

    permissions = permitted(post=DECIDING)

    def post(self, body: Batch) -> tuple[CommentUndo, Created]:
        """Make what a batch did undone, within a day."""
        return deciding.undo(operator(), body.batch_id), HTTPStatus.CREATED
