"""The pictures of users who have none: drawn once, each unlike the others."""

from __future__ import annotations

import pytest

from common.settings import Settings
from common.utils import storage
from common.utils.media import DEFAULT_AVATARS, default_avatars
from scripts.demo import default_avatar
from scripts.demo.artwork import draw_default_avatar

SETTING = Settings.model_fields["default_avatar"].default


def test_all_that_may_be_shown_are_stored(settings: Settings):
    pictures = storage.build(settings)

    default_avatar.provide(pictures, settings.default_avatar)

    keys = default_avatars(settings.default_avatar)
    assert len(set(keys)) == len(keys) == DEFAULT_AVATARS
    assert all(pictures.exists(key) for key in keys)


def test_a_picture_that_is_there_stays_as_it_is(settings: Settings):
    pictures = storage.build(settings)
    first, *_, last = default_avatars(SETTING)
    pictures.put(first, b"the host's own", "image/jpeg")

    default_avatar.provide(pictures, SETTING)

    assert (settings.data_dir / "media" / first).read_bytes() == b"the host's own"
    assert pictures.exists(last)


def test_nothing_is_stored_for_an_address(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    pictures = storage.build(settings)
    stored: list[str] = []
    monkeypatch.setattr(pictures, "put", lambda key, *_rest, **_more: stored.append(key))

    default_avatar.provide(pictures, "https://img.example.com/nobody-{}.png")

    assert stored == []


def test_each_looks_different():
    assert len({draw_default_avatar(number) for number in range(DEFAULT_AVATARS)}) == 24
