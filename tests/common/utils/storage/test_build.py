"""Which storage the settings choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.settings import Settings, SettingsError, load
from common.utils.storage import LocalStorage, build

KEY = "avatar/ab/abcdef.jpg"


def settings(data_dir: Path, **overrides: str) -> Settings:
    return load(
        data_dir=data_dir,
        jwt_secret="reader-" + "0123456789abcdef" * 2,
        mis_jwt_secret="admin-" + "0123456789abcdef" * 2,
        secret_key="cookie-" + "0123456789abcdef" * 2,
        **overrides,
    )


def test_objects_lie_in_the_data_directory_unless_told_otherwise(tmp_path: Path):
    storage = build(settings(tmp_path))

    assert isinstance(storage, LocalStorage)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        (
            "qiniu",
            {"qiniu_access_key": "a", "qiniu_secret_key": "s", "qiniu_bucket_name": "news"},
        ),
        (
            "s3",
            {
                "s3_endpoint": "https://s3.example.com",
                "s3_access_key": "a",
                "s3_secret_key": "s",
                "s3_bucket": "news",
            },
        ),
    ],
)
def test_providers_are_chosen_by_name_and_not_called(
    tmp_path: Path, driver: str, options: dict[str, str]
):
    storage = build(
        settings(tmp_path, storage_driver=driver, media_url="https://img.example.com", **options)
    )

    assert storage.url(KEY, base_url="") == f"https://img.example.com/{KEY}"


@pytest.mark.parametrize(
    ("driver", "variable"), [("qiniu", "TOUTIAO_QINIU_ACCESS_KEY"), ("s3", "TOUTIAO_S3_BUCKET")]
)
def test_a_provider_without_its_settings_is_an_error_that_names_them(
    tmp_path: Path, driver: str, variable: str
):
    with pytest.raises(SettingsError, match=variable):
        build(settings(tmp_path, storage_driver=driver))
