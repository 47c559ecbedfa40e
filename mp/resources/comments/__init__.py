"""Comments on own articles, and likes of comments: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.comments import comments, marks, switch

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/comments/status", switch.CommentsStatusResource),
    ("/v1_0/comments", comments.CommentListResource),
    ("/v1_0/comments/<id:comment_id>", marks.CommentResource),
    ("/v1_0/comments/<id:comment_id>/sticky", marks.StickCommentResource),
    ("/v1_0/comment/likings", marks.CommentLikingListResource),
    ("/v1_0/comment/likings/<id:comment_id>", marks.CommentLikingResource),
]
