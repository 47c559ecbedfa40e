"""What editors send: an article, and with it when and how it is to be saved."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field

from common.schemas.writing.articles import ArticleText, Schedule
from common.services.writing.contents.texts import MAX_TITLE, MIN_TITLE
from common.utils.parameters.basic import Absent, Checked, refuse_as
from common.utils.parser import NULL_COUNTS, Because, ChannelId, DateTime, Flag, OptionalId, Text
from mp.resources.writing.senders import Sender

ARTICLE_BYTES: Final = 24 * 1024 * 1024  # with pictures in the text (media-platform.md §2.10)
ANYTHING: Final = 'Value does not match pattern: "^.{1,}$"'

_VERSION: Final = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
_NO_VERSION: Final = 0  # versions are counted from one


def _to_publish_in(channel_id: int) -> int:
    if channel_id == 0:
        raise refuse_as("Invalid channel id param.")
    return channel_id


def _versions(value: Any) -> tuple[int, ...] | None:
    """The versions that a client says it has, any of which will do; ``*`` is any at all."""
    tags = [tag.strip() for tag in str(value).split(",")]
    if "*" in tags:
        return None
    found = (int(match[1]) for tag in tags if (match := _VERSION.fullmatch(tag)))
    return tuple(found) or (_NO_VERSION,)


PublishChannelId = Annotated[ChannelId, AfterValidator(_to_publish_in)]
Title = Annotated[str, Text(MIN_TITLE, MAX_TITLE)]
Content = Annotated[str, Text(1, ARTICLE_BYTES, ANYTHING, lines=True)]


class ArticleBody(Sender):
    """An article as every client sends it; ``publish_at`` null takes a schedule back."""

    title: Title
    content: Content
    cover: Annotated[dict[str, Any], Because("Invalid cover param.")]
    channel_id: PublishChannelId
    publish_at: Annotated[DateTime | None, Absent(), NULL_COUNTS] = None
    autosave_id: OptionalId = None

    def text(self) -> ArticleText:
        """What it says."""
        return ArticleText(
            title=self.title,
            content=self.content,
            cover=self.cover,
            channel_id=self.channel_id,
        )

    def schedule(self) -> Schedule | None:
        """When it is to appear; None: nothing was said about that."""
        return Schedule(self.publish_at) if "publish_at" in self.model_fields_set else None


class CreateQuery(BaseModel):
    draft: Flag = False


class EditQuery(CreateQuery):
    keep_live: Flag = False
    merge: Flag = False


class IfMatch(BaseModel):
    versions: Annotated[tuple[int, ...] | None, Checked(_versions, (("type", "string"),))] = Field(
        None, alias="If-Match"
    )
