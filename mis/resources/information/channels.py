"""Channels and what is pinned in them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field

from common.schemas.administration.operators import BatchCount
from common.schemas.overseeing.channels import (
    OverseenChannel,
    OverseenChannelList,
    PinnedArticleList,
)
from common.services.channels import editing, pinning
from common.services.channels.pinning import Pin
from common.utils.constants import MenuId
from common.utils.output import Created, NoContent
from common.utils.parameters.basic import NEGATIVE, Absent, OptionalId
from common.utils.parameters.operators import Ids, Keyword, ListQuery, OptionalStatus, choice
from common.utils.parser import Id, OptionalDateTime, Text, Whole
from mis.resources.access import OperatorResource, Permission, operator, permitted

MENU = MenuId.CHANNELS
MAX_SEQUENCE = 2**31 - 1
MAX_PINS = 20
READING = Permission("channel-list-get", "频道列表查询", MENU)
EDITING = Permission("channel-list-put", "频道修改", MENU, also=("channel-put",))

Name = Annotated[str, Text(1, 32)]
Flag = Annotated[int, choice(0, 1)]
Sequence = Annotated[int, Whole(0, MAX_SEQUENCE, NEGATIVE)]


class ChannelQuery(ListQuery):
    channel_id: OptionalId = None
    keyword: Keyword = None
    is_visible: OptionalStatus = None


class ChannelCreate(BaseModel):
    name: Name
    is_visible: Flag
    sequence: Sequence = 0
    is_default: Flag = 0


class ChannelEdit(BaseModel):
    name: Annotated[Name | None, Absent()] = None
    is_visible: OptionalStatus = None
    sequence: Annotated[Sequence | None, Absent()] = None
    is_default: OptionalStatus = None


class ChannelOrder(BaseModel):
    channel_ids: Ids


class PinnedItem(BaseModel):
    article_id: Id
    starts_at: OptionalDateTime = None
    ends_at: OptionalDateTime = None


class Pins(BaseModel):
    tops: Annotated[list[PinnedItem], Field(max_length=MAX_PINS)]


class ChannelListResource(OperatorResource):
    """All channels."""

    permissions = permitted(get=READING, post=Permission("channel-list-post", "频道新建", MENU))

    def get(self, query: ChannelQuery) -> OverseenChannelList:
        """Channels by name, the latest changed first."""
        return editing.list_channels(
            channel_id=query.channel_id,
            keyword=query.keyword,
            is_visible=query.is_visible,
            by_id=query.by_id,
            page=query.page,
            per_page=query.per_page,
        )

    def post(self, body: ChannelCreate) -> tuple[OverseenChannel, Created]:
        """Make a channel."""
        return editing.create_channel(operator(), _columns(body)), HTTPStatus.CREATED


class ChannelResource(OperatorResource):
    """One channel."""

    permissions = permitted(
        get=READING,
        put=EDITING,
        delete=Permission("channel-list-delete", "频道删除", MENU, also=("channel-delete",)),
    )

    def get(self, channel_id: int) -> OverseenChannel:
        """A channel."""
        return editing.get_channel(channel_id)

    def put(self, channel_id: int, body: ChannelEdit) -> tuple[OverseenChannel, Created]:
        """Change what is given."""
        edited = editing.edit_channel(operator(), channel_id, _columns(body))
        return edited, HTTPStatus.CREATED

    def delete(self, channel_id: int) -> tuple[None, NoContent]:
        """Delete a channel without articles."""
        editing.delete_channel(operator(), channel_id)
        return None, HTTPStatus.NO_CONTENT


class ChannelOrderResource(OperatorResource):
    """The order of channels."""

    permissions = permitted(put=EDITING)

    def put(self, body: ChannelOrder) -> tuple[BatchCount, Created]:
        """Put these first, in this order."""
        return editing.order_channels(operator(), body.channel_ids), HTTPStatus.CREATED


class PinListResource(OperatorResource):
    """What is pinned in a channel; 0 is the channel of recommendations."""

    permissions = permitted(
        get=Permission("channel-top-get", "频道置顶查询", MENU),
        put=Permission("channel-top-put", "频道置顶设置", MENU),
    )

    def get(self, channel_id: int) -> PinnedArticleList:
        """What is pinned, or will be, in order."""
        return pinning.list_pins(channel_id)

    def put(self, channel_id: int, body: Pins) -> tuple[PinnedArticleList, Created]:
        """Pin exactly these, in this order."""
        pins = [Pin(each.article_id, each.starts_at, each.ends_at) for each in body.tops]
        return pinning.replace_pins(operator(), channel_id, pins), HTTPStatus.CREATED


class PinResource(OperatorResource):
    """One pinned article."""

    permissions = permitted(delete=Permission("channel-top-delete", "频道置顶取消", MENU))

    def delete(self, channel_id: int, article_id: int) -> tuple[None, NoContent]:
        """Take it down."""
        pinning.unpin(operator(), channel_id, article_id)
        return None, HTTPStatus.NO_CONTENT


def _columns(body: BaseModel) -> dict[str, Any]:
    """What was given, as the table names and keeps it."""
    given = body.model_dump(exclude_none=True)
    for name in {"is_visible", "is_default"} & given.keys():
        given[name] = bool(given[name])
    if "name" in given:
        given["channel_name"] = given.pop("name")
    return given
