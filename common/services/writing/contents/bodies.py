"""Bodies as they are kept: no active content, pictures in the storage, addresses without a host.

contract/media-platform.md §2.10, contract/additions.md §2 ("time limits of work").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from common.errors import InvalidInput, TooLarge
from common.services.articles.measures import measure
from common.services.media import uses
from common.services.media.uploads import Upload
from common.services.writing.contents.addresses import key_of
from common.services.writing.contents.embedded import TOO_MANY, Embedded, Rehearsal
from common.utils import media
from common.utils.text.html import sanitise
from common.utils.text.markup import Tag, start_tag, tokens

MAX_BYTES: Final = 1_000_000  # of a body without the pictures that stood in it
MAX_PICTURES: Final = 2_000  # of all, wherever they are: security.md row 64
MAX_OWN_PICTURES: Final = 500  # different ones of ours: each use of one is a row
EMPTY: Final = {"content": 'Value does not match pattern: "^.{1,}$"'}

_MARK: Final = "\ufeff"  # of byte order: parsers swallow one at the beginning
_MOST_PASSES: Final = 3
_INLINE: Final = "data:"
_NAMES: Final = frozenset({"image", "img"})  # browsers take the one for the other
_PICTURE: Final = re.compile("<ima?g", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """A body fit to be kept, and what was counted in it.

    :param keys: of our own pictures in it, in their order
    """

    html: str
    keys: tuple[str, ...]
    chars: int
    pictures: int


def ready(content: str, user_id: int, upload: Upload | Rehearsal) -> Body:
    """The body behind what an editor sent; what stood in it as data is stored by ``upload``.

    :param user_id: whose library takes these pictures in
    :param upload: a rehearsal that counted none: the body is as it will be kept

    :raises InvalidInput: nothing is left that could be read, or a picture in it is damaged
    :raises TooLarge: of the text or of a picture in it there is too much
    :raises DependencyUnavailable: the storage is down
    """
    return complete(cleaned(content, user_id, upload))


def complete(html: str) -> Body:
    """A body that is clean already.

    :raises InvalidInput: it has nothing that could be read
    """
    measures = measure(html)
    if not measures.chars and not measures.pictures:
        raise InvalidInput(EMPTY)
    return Body(html, tuple(uses.keys_in(html)), measures.chars, measures.pictures)


def cleaned(content: str, user_id: int, upload: Upload | Rehearsal | None) -> str:
    """The HTML behind what an editor sent, which may be unfinished.

    :param upload: None: what stands in it as data is left out
    :raises InvalidInput: a picture in it is damaged
    :raises TooLarge: as in :func:`ready`
    :raises DependencyUnavailable: the storage is down
    """
    embedded = None if upload is None else Embedded(user_id, upload)
    html = sanitise(_at_home(content, embedded))
    if _is_too_long(html):
        raise TooLarge("Article is too long.")
    if _has_too_many_pictures(html):
        raise TooLarge(TOO_MANY)
    return html


def may_be_kept(html: str) -> bool:
    """Whether a body that was put together of clean ones is one that could have been sent."""
    return not _is_too_long(html) and not _has_too_many_pictures(html) and any(measure(html))


def _is_too_long(html: str) -> bool:
    return len(html) > MAX_BYTES or len(html.encode()) > MAX_BYTES


def _has_too_many_pictures(html: str) -> bool:
    if html.count("<img") <= MAX_OWN_PICTURES:  # nearly always
        return False
    return measure(html).pictures > MAX_PICTURES or len(uses.keys_in(html)) > MAX_OWN_PICTURES


def settled(html: str) -> str:
    """``html`` sanitised until doing it again changes nothing.

    What a parser moved about (out of tables, say) need not be read as it was written down, and a
    form that sends back what it was given must not make a version.
    """
    kept = sanitise(html.replace(_MARK, ""))
    for _ in range(_MOST_PASSES):
        before, kept = kept, sanitise(kept)
        if kept == before:
            break
    return kept


def _at_home(content: str, embedded: Embedded | None) -> str:
    """``content`` with the sources of our own pictures as paths, those from within it stored."""
    if _PICTURE.search(content) is None:
        return content
    written: list[str] = []
    for token in tokens(content):
        if isinstance(token, Tag) and token.name in _NAMES:
            written.append(_picture(token, embedded))
        else:
            written.append(token.source)
    return "".join(written)


def _picture(tag: Tag, embedded: Embedded | None) -> str:
    attributes = tag.attributes
    source = attributes.get("src", "").strip()
    if source[: len(_INLINE)].lower() == _INLINE:
        key = None if embedded is None else embedded.key_of(source)
        if key is None:
            return ""
    else:
        key = key_of(source)
    if key is None:
        return tag.source
    return start_tag("img", attributes | {"src": media.LOCAL_PATH + key})
