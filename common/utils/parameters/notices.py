"""What both doors are asked about notifications (contract/user-app.md §12.3)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from common.utils.parameters.basic import Flag, Id
from common.utils.parameters.listing import PageQuery

MAX_IDS = 200  # as many as a user has at most (contract/realtime.md §6)


class NotificationQuery(PageQuery):
    unread: Flag = False


class ReadMarks(BaseModel):
    ids: Annotated[list[Id], Field(max_length=MAX_IDS)] | None = None
