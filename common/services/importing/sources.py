"""Opening what an operator names: a file or an address, a feed or a dump."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from common.errors import NotFound
from common.services.importing import feeds, jsonlines
from common.services.importing.items import Item, Unreadable
from common.utils.net.fetching import PUBLIC, Policy, fetch

_SCHEMES: Final = ("http://", "https://")


def open_source(name: str, *, channel: str = "", policy: Policy = PUBLIC) -> Iterator[Item]:
    """The items behind a file name or an address: RSS or Atom if it begins with ``<``, else lines.

    A dump in a file is read line by line, whatever its size; what comes from an address is
    limited as a feed is.

    :param channel: for items that name none
    :raises NotFound: there is no such file
    :raises Unreadable: it is neither, or breaks off (while iterating)
    :raises FetchRefused: the address is not allowed
    :raises FetchFailed: the address does not deliver
    """
    if name.startswith(_SCHEMES):
        data = fetch(name, limit=feeds.LARGEST_FEED, policy=policy).body
        if _is_xml(data[:100]):
            return feeds.read(data, channel=channel)
        return jsonlines.read(data.splitlines(), channel=channel)
    path = Path(name)
    if not path.is_file():
        raise NotFound(f"There is no file {name}.")
    with path.open("rb") as file:
        is_feed = _is_xml(file.read(100))
    if not is_feed:
        return _lines(path, channel)
    if path.stat().st_size > feeds.LARGEST_FEED:
        raise Unreadable(f"A feed may have {feeds.LARGEST_FEED // 1024 // 1024} MB at most.")
    return feeds.read(path.read_bytes(), channel=channel)


def _is_xml(start: bytes) -> bool:
    return start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def _lines(path: Path, channel: str) -> Iterator[Item]:
    with path.open("rb") as file:
        yield from jsonlines.read(file, channel=channel)
