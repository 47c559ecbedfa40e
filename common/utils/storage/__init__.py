"""Object storage: pictures and papers under keys, on disk or with a provider."""

from __future__ import annotations

from common.settings import Settings, SettingsError
from common.utils.storage.interface import Storage
from common.utils.storage.keys import PRIVATE_PREFIX, is_private, object_key
from common.utils.storage.local import LocalStorage, StoredFile

__all__ = [
    "PRIVATE_PREFIX",
    "LocalStorage",
    "Storage",
    "StoredFile",
    "build",
    "is_private",
    "object_key",
]


def build(settings: Settings) -> Storage:
    """The storage that the settings choose; connects nothing.

    :raises SettingsError: the chosen driver lacks a setting
    """
    if settings.storage_driver == "local":
        return LocalStorage(
            settings.data_dir,
            secret=settings.secret_key.get_secret_value(),
            media_url=settings.media_url,
        )
    if settings.storage_driver == "qiniu":
        from common.utils.storage.qiniu import (  # noqa: PLC0415 - load only the chosen SDK
            QiniuStorage,
        )

        _require(settings, "qiniu_access_key", "qiniu_secret_key", "qiniu_bucket_name", "media_url")
        return QiniuStorage(
            settings.qiniu_access_key.get_secret_value(),
            settings.qiniu_secret_key.get_secret_value(),
            bucket=settings.qiniu_bucket_name,
            media_url=settings.media_url,
        )
    from common.utils.storage.s3 import S3Storage  # noqa: PLC0415 - load only the chosen SDK

    _require(settings, "s3_access_key", "s3_secret_key", "s3_bucket", "s3_endpoint")
    return S3Storage(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        bucket=settings.s3_bucket,
        media_url=settings.media_url,
    )


def _require(settings: Settings, *names: str) -> None:
    missing = [name for name in names if not _text(getattr(settings, name))]
    if missing:
        variables = ", ".join(f"TOUTIAO_{name.upper()}" for name in missing)
        raise SettingsError(f"{variables}: required by STORAGE_DRIVER={settings.storage_driver}")


def _text(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal() if reveal else value)
