"""Addresses of our own pictures, as editors send them: SQL keeps keys, bodies relative paths."""

from __future__ import annotations

import re
from typing import Final

from common.utils import media
from common.utils.storage.keys import is_private, is_wellformed
from common.utils.text.html import is_acceptable_url

# The same picture by another name of this host: through a proxy, or as 127.0.0.1.
_AT_SOME_HOST: Final = re.compile(rf"https?://[^/?#\s]+(?={re.escape(media.LOCAL_PATH)})")


def key_of(address: str) -> str | None:
    """The key behind the address of a public picture of ours; None: it is none of ours.

    Ours is what begins as the addresses that we give away, relative paths below ``/media/``, and
    these at a host that could be no site of others: ``localhost``, or a number.
    """
    prefix = media.prefix()
    if address.startswith(prefix):
        key = address.removeprefix(prefix)
    else:
        key = _local(address).removeprefix(media.LOCAL_PATH)
        if not key or key.startswith("/"):
            return None
    return key if is_wellformed(key) and not is_private(key) else None


def _local(address: str) -> str:
    """The path below ``/media/`` of an address here; empty: it is another's, or another path."""
    host = _AT_SOME_HOST.match(address)
    if host is not None and not is_acceptable_url(address):
        address = address[host.end() :]
    return address if address.startswith(media.LOCAL_PATH) else ""
