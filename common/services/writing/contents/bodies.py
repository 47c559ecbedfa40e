"""Bodies as they are kept: no active content, pictures in the storage, addresses without a host.

contract/media-platform.md §2.10, contract/additions.md §2 ("time limits of work").
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from common.errors import InvalidInput, TooLarge
from common.services.articles.measures import measure
from common.services.media import uses
from common.services.media.uploads import Upload
from common.services.writing.contents.addresses import key_of
from common.utils import media
from common.utils.pictures import wholes
from common.utils.pictures.normalising import InvalidPicture, from_base64, normalise, pixels_of
from common.utils.text.html import sanitise
from common.utils.text.markup import Tag, start_tag, tokens

MAX_BYTES: Final = 1_000_000  # of a body without the pictures that stood in it
MAX_EMBEDDED: Final = 100  # pictures that stand in the text itself
MAX_EMBEDDED_PIXELS: Final = 160_000_000  # of all of them: decoding keeps a thread busy
DAMAGED: Final = {"content": "Invalid image."}  # what its author saw would be missing
EMPTY: Final = {"content": 'Value does not match pattern: "^.{1,}$"'}

_MARK: Final = "\ufeff"  # of byte order: parsers swallow one at the beginning
_MOST_PASSES: Final = 3
_INLINE: Final = "data:"
_NAMES: Final = frozenset({"image", "img"})  # browsers take the one for the other
# Of the kinds that are taken in; drawings (SVG) and what is no picture are left out.
_A_PICTURE: Final = re.compile(
    r"data:image/(?:jpe?g|pjpeg|png|x-png|gif|webp)(?:;[^,]*)?;base64,", re.IGNORECASE
)
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


def ready(content: str, user_id: int, upload: Upload) -> Body:
    """The body behind what an editor sent; what stood in it as data is stored by ``upload``.

    :param user_id: whose library takes these pictures in

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


def cleaned(content: str, user_id: int, upload: Upload | None) -> str:
    """The HTML behind what an editor sent, which may be unfinished.

    :param upload: None: what stands in it as data is left out
    :raises InvalidInput: a picture in it is damaged
    :raises TooLarge: as in :func:`ready`
    :raises DependencyUnavailable: the storage is down
    """
    embedded = None if upload is None else _Embedded(user_id, upload)
    html = sanitise(_at_home(content, embedded))
    if len(html) > MAX_BYTES or len(html.encode()) > MAX_BYTES:
        raise TooLarge("Article is too long.")
    return html


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


def _at_home(content: str, embedded: _Embedded | None) -> str:
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


def _picture(tag: Tag, embedded: _Embedded | None) -> str:
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


class _Embedded:
    """Pictures that stand in a text; each is stored once."""

    def __init__(self, user_id: int, upload: Upload) -> None:
        self._user_id = user_id
        self._upload = upload
        self._pixels = 0
        self._keys: dict[bytes, str | None] = {}  # by what the source comes to, not by megabytes

    def key_of(self, source: str) -> str | None:
        """The key under which it is kept; None: no picture, which the sanitiser would drop, too.

        :raises InvalidInput: a picture that is damaged
        :raises TooLarge: too large, or one too many
        """
        digest = hashlib.sha256(source.encode("utf-8", "replace")).digest()
        if digest not in self._keys:
            if len(self._keys) >= MAX_EMBEDDED:
                raise TooLarge("Too many pictures.")
            self._keys[digest] = self._stored(source)
        return self._keys[digest]

    def _stored(self, source: str) -> str | None:
        try:
            encoded = unquote_to_bytes(source) if "%" in source else source.encode("ascii")
            data = from_base64(b"".join(encoded.split()).decode("ascii"))
            self._pixels += pixels_of(data, most_bytes=wholes.IN_A_TEXT)
            if self._pixels > MAX_EMBEDDED_PIXELS:
                raise TooLarge("Too many pictures.")
            picture = normalise(data, animated=True, most_bytes=wholes.IN_A_TEXT)
        except (InvalidPicture, UnicodeError) as error:
            if _A_PICTURE.match(source):
                raise InvalidInput(DAMAGED) from error
            return None
        return self._upload.adopt(self._user_id, picture)
