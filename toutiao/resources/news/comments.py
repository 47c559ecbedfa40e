"""Comments of articles, replies of comments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.comments import CommentList, CommentPosted
from common.services.comments import listing, posting
from common.utils.budgets import comments_limited
from common.utils.decorators import login_optional, login_required
from common.utils.http import current
from common.utils.output import Created, Resource
from common.utils.parameters.basic import UNKNOWN_ARTICLE
from common.utils.parameters.comments import CommentQuery
from common.utils.parser import ArticleId, Because, Id, Text


class CommentCreate(BaseModel):
    target: Id
    content: Annotated[str, Text(0, posting.MAX_CHARACTERS, reason=posting.TOO_LONG, lines=True)]
    art_id: Annotated[ArticleId | None, Because(UNKNOWN_ARTICLE)] = None


class CommentListResource(Resource):
    """Comments and replies."""

    method_decorators = {  # noqa: RUF012 - Flask-RESTful reads a plain mapping
        "get": (login_optional,),
        "post": (comments_limited, login_required),
    }

    def get(self, query: CommentQuery) -> CommentList:
        """Comments of an article (type ``a``) or replies of a comment (``c``), by cursor."""
        if query.type == "a":
            return listing.list_comments(
                article_id=query.source,
                cursor=query.offset,
                limit=query.limit,
                reader_id=current.reader_id(),
            )
        return listing.list_replies(
            comment_id=query.source,
            cursor=query.offset,
            limit=query.limit,
            reader_id=current.reader_id(),
        )

    def post(self, body: CommentCreate) -> tuple[CommentPosted, Created]:
        """Comment on an article, or reply to a comment."""
        posted = posting.add_comment(
            user_id=current.user_id(),
            target=body.target,
            content=body.content,
            article_id=body.art_id,
        )
        return posted, HTTPStatus.CREATED
