"""Pictures that stand in a body as base64, as some editors write them (media-platform.md 2.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from common.errors import InvalidInput, TooLarge
from common.services.media import materials
from common.utils import limiter
from common.utils.limiter import Limit
from common.utils.pictures.normalising import InvalidPicture, from_base64
from common.utils.text.html import MEDIA_PATH, pictures_of

PARAMETER: Final = "content"
MAX_PICTURES: Final = 100  # of one body
# The daily part of what the library takes: a body may bring more than a minute's pictures.
UPLOADS: Final = Limit("600 per day", scope=materials.UPLOADS.scope)

_VALUE: Final = re.compile(r"=\s*([\"']?)\s*(?=data:image/)", re.IGNORECASE)
_HEAD: Final = re.compile(r"data:image/(?!svg)[\w.+-]{1,64}(?:;[\w.=+-]{1,64}){0,4};base64,", re.I)
_END: Final = re.compile(r"[\s>]")
_MARK: Final = "data:image/x;base64,"  # stands for a picture while the body is looked through


class _Value(NamedTuple):
    """Where an attribute's value stands in a body."""

    start: int
    end: int


def extract(user_id: int, html: str) -> str:
    """The body with its base64 pictures in the author's library, and their addresses instead.

    Pictures are decoded one after the other. What is no source of a picture, or SVG, is left to
    the sanitiser. To be called outside of a transaction: objects cannot be rolled back.

    :raises InvalidInput: one of them is no picture, or damaged
    :raises TooLarge: one has too many bytes, or there are too many
    :raises TooManyRequests: the author has used up the uploads of a day
    :raises DependencyUnavailable: one could not be stored
    """
    values = list(_values(html))
    if not values:
        return html
    # Without its pictures the body is small, and read as browsers read it.
    marks = {f"{_MARK}{number}": value for number, value in enumerate(values)}
    skeleton = _with(html, {value: mark for mark, value in marks.items()})
    wanted = [marks[source] for source in pictures_of(skeleton) if source in marks]
    if len(wanted) > MAX_PICTURES:
        raise TooLarge("Too many images.")
    return _with(html, {value: _stored(user_id, html[value.start : value.end]) for value in wanted})


def _values(html: str) -> Iterator[_Value]:
    """Values of attributes that begin as a picture does, in order."""
    position = 0
    while (found := _VALUE.search(html, position)) is not None:
        start, quote = found.end(), found[1]
        if quote:
            end = html.find(quote, start)
        else:
            closing = _END.search(html, start)
            end = closing.start() if closing else -1
        if end < 0:
            return
        if _HEAD.match(html, start, end):
            yield _Value(start, end)
        position = end


def _with(html: str, texts: dict[_Value, str]) -> str:
    """The body with other texts in these places."""
    parts, position = [], 0
    for value in sorted(texts):
        parts += [html[position : value.start], texts[value]]
        position = value.end
    return "".join((*parts, html[position:]))


def _stored(user_id: int, source: str) -> str:
    limiter.consume((UPLOADS, f"user:{user_id}"))
    try:
        text = unquote_to_bytes(source).decode("ascii") if "%" in source else source
        data = from_base64("".join(text.split()))
    except (InvalidPicture, UnicodeDecodeError) as error:
        raise InvalidInput({PARAMETER: materials.INVALID}) from error
    picture = materials.decoded(data, parameter=PARAMETER)
    return MEDIA_PATH + materials.store(user_id, picture).key
