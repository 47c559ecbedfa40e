"""Comments of articles, replies of comments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.comments import EditorCommentList, EditorCommentPosted
from common.services.comments import own_listing, posting
from common.utils.budgets import comments_limited
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created
from common.utils.parameters.comments import CommentQuery
from common.utils.parser import ArticleId, Id, Text
from mp.resources.access import EditorResource


class ReplyCreate(BaseModel):
    target: Id
    content: Annotated[str, Text(0, posting.MAX_CHARACTERS, reason=posting.TOO_LONG, lines=True)]
    art_id: ArticleId


class CommentListResource(EditorResource):
    """Comments and replies."""

    method_decorators = {"post": (comments_limited,)}  # noqa: RUF012 - Flask-RESTful reads a plain mapping

    def get(self, query: CommentQuery) -> EditorCommentList:
        """Comments of an article (type ``a``) or replies of a comment (``c``), by cursor."""
        listed = own_listing.list_of_article if query.type == "a" else own_listing.list_of_comment
        return listed(current.user_id(), query.source, cursor=query.offset, limit=query.limit)

    @describes(errors=[HTTPStatus.FORBIDDEN])
    def post(self, body: ReplyCreate) -> tuple[EditorCommentPosted, Created]:
        """Reply to a comment of an article."""
        posted = posting.add_comment(
            user_id=current.user_id(),
            target=body.target,
            content=body.content,
            article_id=body.art_id,
        )
        return own_listing.posted_of_editors(posted), HTTPStatus.CREATED
