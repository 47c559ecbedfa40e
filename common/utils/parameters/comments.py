"""What both doors are asked about comments (contract/user-app.md §9.1)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel

from common.utils.parameters.basic import Because, Cursor, Id, Limit


class CommentQuery(BaseModel):
    """Which comments: of an article (``a``) or replies of a comment (``c``)."""

    type: Annotated[Literal["a", "c"], Because("Invalid type param.")]
    source: Id
    offset: Cursor = None
    limit: Limit = 10
