"""The pictures of users who have none."""

from __future__ import annotations

from common.utils.media import default_avatars
from common.utils.storage import Storage
from scripts.demo.artwork import draw_default_avatar


def provide(storage: Storage, setting: str) -> None:
    """Store what is not there of the pictures that the setting ``DEFAULT_AVATAR`` names.

    A setting that is an address is the host's own business.

    :raises DependencyUnavailable: the storage is down
    """
    if setting.startswith(("http://", "https://")):
        return
    for number, key in enumerate(default_avatars(setting)):
        if not storage.exists(key):
            storage.put(key, draw_default_avatar(number), "image/jpeg")
