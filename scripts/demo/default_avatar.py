"""The picture of users who have none."""

from __future__ import annotations

from common.utils.storage import Storage
from scripts.demo.artwork import draw_avatar

_SEED = "default"


def provide(storage: Storage, key: str) -> None:
    """Store the default avatar under the key of setting ``DEFAULT_AVATAR`` if nothing is there.

    A setting that is an address is the host's own business.

    :raises DependencyUnavailable: the storage is down
    """
    if not key.startswith(("http://", "https://")) and not storage.exists(key):
        storage.put(key, draw_avatar(_SEED), "image/jpeg")
