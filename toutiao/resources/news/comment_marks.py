"""Liking comments, and deleting one's own."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.targets import Target
from common.services.comments import deleting, likings
from common.utils.budgets import attitudes_limited, comments_limited
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.output import Created, NoContent, Resource
from common.utils.parser import CommentId


class CommentLikingCreate(BaseModel):
    target: CommentId


class CommentLikingListResource(Resource):
    """Likes of comments."""

    method_decorators = (attitudes_limited, login_required)

    def post(self, body: CommentLikingCreate) -> tuple[Target, Created]:
        """Like a comment."""
        likings.like_comment(user_id=current.user_id(), comment_id=body.target)
        return {"target": body.target}, HTTPStatus.CREATED


class CommentLikingResource(Resource):
    """The reader's like of a comment."""

    method_decorators = (attitudes_limited, login_required)

    def delete(self, comment_id: int) -> tuple[None, NoContent]:
        """Take a like back, if there is one."""
        likings.unlike_comment(user_id=current.user_id(), comment_id=comment_id)
        return None, HTTPStatus.NO_CONTENT


class CommentResource(Resource):
    """A comment."""

    method_decorators = (comments_limited, login_required)

    def delete(self, comment_id: int) -> tuple[None, NoContent]:
        """Delete a comment of one's own, with everything answered to it."""
        deleting.delete_own_comment(user_id=current.user_id(), comment_id=comment_id)
        return None, HTTPStatus.NO_CONTENT
