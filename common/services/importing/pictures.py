"""Pictures of imported articles: fetched, checked, and stored as our own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

import structlog

from common.errors import InvalidInput, TooLarge
from common.utils.net.fetching import PUBLIC, Fetched, Policy, fetch_all
from common.utils.pictures import normalising
from common.utils.pictures.normalising import InvalidPicture, from_base64
from common.utils.storage import Storage, object_key
from common.utils.text.html import is_acceptable_url

log = structlog.get_logger(__name__)

INLINE: Final = "data:"

_KIND: Final = "import"
_AT_ONCE: Final = 16  # bounds how many undecoded pictures are held
_LONGEST_NAME: Final = 200


@dataclass(frozen=True)
class Owned:
    """A picture that is our own by now."""

    key: str
    width: int
    height: int


class PictureStore:
    """Makes foreign pictures our own; each address is fetched once per import."""

    def __init__(self, storage: Storage, *, policy: Policy = PUBLIC) -> None:
        self._storage = storage
        self._policy = policy
        self._owned: dict[str, Owned | None] = {}  # by name of the address; None: not to be had

    @property
    def missing(self) -> int:
        """How many pictures could not be had so far."""
        return sum(owned is None for owned in self._owned.values())

    def adopt(self, wanted: Mapping[str, int]) -> dict[str, Owned]:
        """The stored pictures; one that cannot be had is left out.

        :param wanted: the account that a picture belongs to, by address
        :raises DependencyUnavailable: the storage is down
        """
        unknown = [url for url in wanted if _name(url) not in self._owned]
        for url in unknown:
            if not is_acceptable_url(url):
                self._owned[_name(url)] = self._inline(url, wanted[url])
        for part in _parts([url for url in unknown if is_acceptable_url(url)]):
            fetched = fetch_all(part, limit=normalising.MAX_BYTES, policy=self._policy)
            for url in part:
                self._owned[_name(url)] = self._fetched(url, fetched[url], wanted[url])
        return {url: owned for url in wanted if (owned := self._owned[_name(url)]) is not None}

    def _fetched(self, url: str, fetched: Fetched | InvalidInput, owner: int) -> Owned | None:
        try:
            if isinstance(fetched, InvalidInput):
                raise fetched
            return self._stored(fetched.body, owner)
        except (InvalidInput, InvalidPicture, TooLarge) as error:
            log.info("picture_not_imported", url=url, error=str(error))
            return None

    def _inline(self, url: str, owner: int) -> Owned | None:
        """The picture that stands in the address; None: there is none, nor anything to fetch."""
        if not is_inline(url):
            return None
        try:
            return self._stored(from_base64(unquote_to_bytes(url).decode("ascii")), owner)
        except (UnicodeDecodeError, InvalidPicture, TooLarge) as error:
            log.info("picture_not_imported", url=_name(url), error=str(error))
            return None

    def _stored(self, data: bytes, owner: int) -> Owned:
        picture = normalising.normalise(data)
        key = object_key(_KIND, picture.data, extension=picture.extension, owner=owner)
        self._storage.put(key, picture.data, picture.content_type)
        return Owned(key, picture.width, picture.height)


def is_inline(url: str) -> bool:
    """Whether a picture stands in its own address."""
    return url[: len(INLINE)].lower() == INLINE


def _name(url: str) -> str:
    """What an address is remembered by: one that holds a picture is as long as that."""
    if len(url) <= _LONGEST_NAME:
        return url
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def _parts(urls: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(urls), _AT_ONCE):
        yield urls[start : start + _AT_ONCE]
