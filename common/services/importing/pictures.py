"""Pictures of imported articles: fetched, checked, and stored as our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from common.errors import InvalidInput, TooLarge
from common.utils.net.fetching import PUBLIC, Fetched, Policy, fetch_all
from common.utils.pictures import normalising
from common.utils.pictures.normalising import InvalidPicture
from common.utils.storage import Storage, object_key
from common.utils.text.html import is_acceptable_url

log = structlog.get_logger(__name__)

_KIND: Final = "import"
_AT_ONCE: Final = 16  # bounds how many undecoded pictures are held


class PictureStore:
    """Makes foreign pictures our own; each address is fetched once per import."""

    def __init__(self, storage: Storage, *, policy: Policy = PUBLIC) -> None:
        self._storage = storage
        self._policy = policy
        self._keys: dict[str, str | None] = {}  # None: not to be had

    @property
    def missing(self) -> int:
        """How many pictures could not be had so far."""
        return sum(key is None for key in self._keys.values())

    def adopt(self, wanted: Mapping[str, int]) -> dict[str, str]:
        """Keys of the stored pictures; one that cannot be had is left out.

        :param wanted: the account that a picture belongs to, by address
        :raises DependencyUnavailable: the storage is down
        """
        unknown = [url for url in wanted if url not in self._keys and is_acceptable_url(url)]
        for start in range(0, len(unknown), _AT_ONCE):
            part = unknown[start : start + _AT_ONCE]
            fetched = fetch_all(part, limit=normalising.MAX_BYTES, policy=self._policy)
            for url in part:
                self._keys[url] = self._stored(url, fetched[url], wanted[url])
        return {url: key for url in wanted if (key := self._keys.get(url)) is not None}

    def _stored(self, url: str, fetched: Fetched | InvalidInput, owner: int) -> str | None:
        try:
            if isinstance(fetched, InvalidInput):
                raise fetched
            picture = normalising.normalise(fetched.body)
        except (InvalidInput, InvalidPicture, TooLarge) as error:
            log.info("picture_not_imported", url=url, error=str(error))
            return None
        key = object_key(_KIND, picture.data, extension=picture.extension, owner=owner)
        self._storage.put(key, picture.data, picture.content_type)
        return key
