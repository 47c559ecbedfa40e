"""Pictures that stand in a text as data (contract/media-platform.md §2.10)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from common.errors import InvalidInput, TooLarge
from common.services.media.materials import RefusedPicture
from common.services.media.uploads import Upload
from common.utils.pictures import wholes
from common.utils.pictures.normalising import InvalidPicture, from_base64, normalise, pixels_of
from common.utils.storage import keys

MAX_EMBEDDED: Final = 100  # pictures that stand in the text itself
MAX_EMBEDDED_PIXELS: Final = 160_000_000  # of all of them: decoding keeps a thread busy
TOO_MANY: Final = "Too many pictures."
INVALID: Final = {"content": "Invalid image."}  # what its author saw would be missing

# Of the kinds that are taken in; drawings (SVG) and what is no picture are left out.
_A_PICTURE: Final = re.compile(
    r"data:image/(?:jpe?g|pjpeg|png|x-png|gif|webp)(?:;[^,]*)?;base64,", re.IGNORECASE
)


class Rehearsal:
    """Stands for an upload as long as it is open whether the text will be kept at all.

    Headers are read; nothing is decoded, and nothing is stored.

    :param count: pictures that an upload would have stored
    """

    def __init__(self) -> None:
        self.count = 0

    def take(self, user_id: int, data: bytes) -> str:
        """A key of its own for each picture."""
        self.count += 1
        return keys.material_key(user_id, data, extension="webp")


class Embedded:
    """Pictures that stand in a text; each is taken in once."""

    def __init__(self, user_id: int, upload: Upload | Rehearsal) -> None:
        self._take = _taking(user_id, upload)
        self._pixels = 0
        self._keys: dict[bytes, str | None] = {}  # by what the source comes to, not by megabytes

    def key_of(self, source: str) -> str | None:
        """The key under which it is kept; None: no picture, which the sanitiser would drop, too.

        :raises InvalidInput: a picture that is damaged, or that operators have refused
        :raises TooLarge: too large, or one too many
        """
        digest = hashlib.sha256(source.encode("utf-8", "replace")).digest()
        if digest not in self._keys:
            if len(self._keys) >= MAX_EMBEDDED:
                raise TooLarge(TOO_MANY)
            self._keys[digest] = self._taken(source)
        return self._keys[digest]

    def _taken(self, source: str) -> str | None:
        try:
            encoded = unquote_to_bytes(source) if "%" in source else source.encode("ascii")
            data = from_base64(b"".join(encoded.split()).decode("ascii"))
            self._pixels += pixels_of(data, most_bytes=wholes.IN_A_TEXT)
            if self._pixels > MAX_EMBEDDED_PIXELS:
                raise TooLarge(TOO_MANY)
            return self._take(data)
        except RefusedPicture as error:
            raise InvalidInput(INVALID) from error
        except (InvalidPicture, UnicodeError) as error:
            if _A_PICTURE.match(source):
                raise InvalidInput(INVALID) from error
            return None


def _taking(user_id: int, upload: Upload | Rehearsal) -> Callable[[bytes], str]:
    if isinstance(upload, Rehearsal):
        return lambda data: upload.take(user_id, data)

    def take(data: bytes) -> str:
        picture = normalise(data, animated=True, most_bytes=wholes.IN_A_TEXT)
        return upload.adopt(user_id, picture)

    return take
