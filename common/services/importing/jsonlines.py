"""Dumps: one JSON object {title, content, channel, author?, cover?, published_at?} per line."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from common.services.importing.items import Item, Unreadable
from common.utils import clock


class _Cover(BaseModel):
    """As the product itself writes it."""

    images: list[str] = []


class _Line(BaseModel):
    title: str
    content: str
    channel: str = ""
    author: str = ""
    cover: str | list[str] | _Cover | None = None
    published_at: datetime | None = None


def read(lines: Iterable[bytes], *, channel: str = "") -> Iterator[Item]:
    """The items, one by one as they are read; blank lines are passed over.

    :param channel: of lines that name none
    :raises Unreadable: a line is something else; the text has its number
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _item(_parsed(line, number), channel)


def _parsed(line: bytes, number: int) -> _Line:
    try:
        members = orjson.loads(line.removeprefix(codecs.BOM_UTF8))
        if isinstance(members, dict) and members.get("published_at") == "":
            members["published_at"] = None
        return _Line.model_validate(members)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"Line {number} is not JSON: {error.msg}") from error
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the line"
        raise Unreadable(f"Line {number}: {where}: {problem['msg']}") from error


def _item(line: _Line, channel: str) -> Item:
    named = line.channel or channel
    return Item(
        title=line.title,
        content=line.content,
        channel=named,
        author=line.author or named,
        published_at=_product_time(line.published_at),
        covers=tuple(_covers(line.cover)),
    )


def _covers(cover: Any) -> list[str]:
    if isinstance(cover, _Cover):
        return cover.images
    if isinstance(cover, str):
        return [cover] if cover else []
    return cover or []


def _product_time(moment: datetime | None) -> datetime | None:
    """Without zone it is product time already."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(clock.zone()).replace(tzinfo=None)
