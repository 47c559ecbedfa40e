"""Comments, replies and their likings."""

from __future__ import annotations

import factory

from common.models import Comment, CommentLiking
from common.utils.constants import CommentStatus
from tests.factories.base import FIRST_ID, Factory, snowflake
from tests.factories.news import new_article_id
from tests.factories.user import new_user_id

FIRST_COMMENT_ID = FIRST_ID + 10**11  # an id that an article has too means something else


class CommentFactory(Factory):
    """An approved comment on an article; ``to=comment`` makes it a reply to that one."""

    class Meta:
        model = Comment

    class Params:
        to = None

    comment_id = snowflake(first=FIRST_COMMENT_ID)
    user_id = new_user_id()
    article_id = factory.Maybe("to", factory.SelfAttribute("to.article_id"), new_article_id())
    parent_id = factory.Maybe("to", factory.SelfAttribute("to.comment_id"), None)
    root_id = factory.LazyAttribute(
        lambda reply: (reply.to.root_id or reply.to.comment_id) if reply.to else None
    )
    content = factory.Sequence(lambda n: f"评论{n}")
    status = CommentStatus.APPROVED


class CommentLikingFactory(Factory):
    """A liked comment."""

    class Meta:
        model = CommentLiking

    user_id = new_user_id()
    comment_id = factory.LazyFunction(lambda: CommentFactory().comment_id)
