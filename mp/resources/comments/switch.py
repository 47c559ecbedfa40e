"""Whether an article of one's own takes comments."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from common.errors import InvalidInput
from common.schemas.comments import CommentSwitch
from common.services.comments import hosting
from common.utils.budgets import comments_limited
from common.utils.http import current
from common.utils.output import Created
from common.utils.parser import (
    MISSING_IN_QUERY,
    Flag,
    OptionalId,
    parse_query,  # noqa: TID251 - the order of complaints: the body's depends on the query
)
from mp.resources.access import EditorResource


class ArticleQuery(BaseModel):
    article_id: OptionalId = None


class Switching(BaseModel):
    """``article_id`` counts where the query has none."""

    article_id: Annotated[OptionalId, Field(validate_default=True)] = None
    allow_comment: Flag

    @field_validator("article_id")
    @classmethod
    def _is_named(cls, article_id: int | None) -> int | None:
        """Of two things that are missing the article is told first (media-platform.md §1.2)."""
        _named(parse_query(ArticleQuery).article_id or article_id)
        return article_id


class CommentsStatusResource(EditorResource):
    """The switch of an article."""

    method_decorators = (comments_limited,)

    def put(self, query: ArticleQuery, body: Switching) -> tuple[CommentSwitch, Created]:
        """Open or close an approved article of my own for comments."""
        article_id = _named(query.article_id or body.article_id)
        hosting.allow_comments(
            user_id=current.user_id(), article_id=article_id, is_allowed=body.allow_comment
        )
        answer: CommentSwitch = {"article_id": article_id, "allow_comment": body.allow_comment}
        return answer, HTTPStatus.CREATED


def _named(article_id: int | None) -> int:
    """The article, which has to be named in one place or the other."""
    if article_id is None:
        raise InvalidInput({"article_id": MISSING_IN_QUERY})
    return article_id
