"""The object storage of this process, chosen by the settings."""

from __future__ import annotations

from common.settings import Settings
from common.utils.storage import Storage, build


class _Bound:
    """What the process was configured with."""

    storage: Storage | None = None


_bound = _Bound()


def init_storage(settings: Settings) -> None:
    """Choose the storage. Connects nothing.

    :raises SettingsError: the chosen driver lacks a setting
    """
    _bound.storage = build(settings)


def storage() -> Storage:
    """Where pictures and papers are."""
    if _bound.storage is None:
        raise RuntimeError("the storage is not bound: call init_storage(settings) first")
    return _bound.storage
