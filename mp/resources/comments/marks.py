"""Pinning and deleting comments on own articles; liking comments."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.comments import PinMark
from common.schemas.targets import Target
from common.services.comments import deleting, hosting, likings
from common.utils.budgets import attitudes_limited, comments_limited
from common.utils.http import current
from common.utils.output import Created, NoContent
from common.utils.parser import CommentId, Flag
from mp.resources.access import EditorResource


class Sticking(BaseModel):
    sticky: Flag


class CommentLikingCreate(BaseModel):
    target: CommentId


class CommentResource(EditorResource):
    """A comment."""

    method_decorators = (comments_limited,)

    def delete(self, comment_id: int) -> tuple[None, NoContent]:
        """Delete a comment on an article of my own, with everything answered to it."""
        deleting.delete_hosted_comment(user_id=current.user_id(), comment_id=comment_id)
        return None, HTTPStatus.NO_CONTENT


class StickCommentResource(EditorResource):
    """Whether a comment is pinned."""

    method_decorators = (comments_limited,)

    def put(self, comment_id: int, body: Sticking) -> tuple[PinMark, Created]:
        """Pin a comment on an article of my own within its list, or unpin it."""
        hosting.pin_comment(user_id=current.user_id(), comment_id=comment_id, is_pinned=body.sticky)
        return {"target": comment_id, "sticky": body.sticky}, HTTPStatus.CREATED


class CommentLikingListResource(EditorResource):
    """Likes of comments."""

    method_decorators = (attitudes_limited,)

    def post(self, body: CommentLikingCreate) -> tuple[Target, Created]:
        """Like a comment."""
        likings.like_comment(user_id=current.user_id(), comment_id=body.target)
        return {"target": body.target}, HTTPStatus.CREATED


class CommentLikingResource(EditorResource):
    """My like of a comment."""

    method_decorators = (attitudes_limited,)

    def delete(self, comment_id: int) -> tuple[None, NoContent]:
        """Take a like back, if there is one."""
        likings.unlike_comment(user_id=current.user_id(), comment_id=comment_id)
        return None, HTTPStatus.NO_CONTENT
