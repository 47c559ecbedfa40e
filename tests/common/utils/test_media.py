"""Addresses of pictures, and who shows which of the default avatars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from common.utils import media
from common.utils.snowflake import COMPACT

SECONDS = 5000


@pytest.fixture(autouse=True)
def _numbered() -> Iterator[None]:
    media.init(media_url="https://img.example.com/", default_avatar="default/avatar-{}.jpg")
    yield
    media.init(media_url="", default_avatar="")


def test_a_photo_of_ones_own_is_shown():
    assert media.avatar("u/7c20.png", 7) == "https://img.example.com/u/7c20.png"
    assert media.avatar("https://elsewhere.example/7.png", 7) == "https://elsewhere.example/7.png"


def test_who_has_none_gets_the_same_default_avatar_for_ever():
    shown = {user_id: media.avatar("", user_id) for user_id in (1, 2, 9007199254740991)}

    assert shown == {
        1: "https://img.example.com/default/avatar-23.jpg",
        2: "https://img.example.com/default/avatar-13.jpg",
        9007199254740991: "https://img.example.com/default/avatar-11.jpg",
    }


def test_people_who_join_one_after_the_other_are_spread_over_all_of_them():
    below_time = COMPACT.datacenters * COMPACT.workers * COMPACT.sequences
    ids = [second * below_time for second in range(1, SECONDS)]

    shown = Counter(media.avatar("", user_id) for user_id in ids)

    assert len(shown) == media.DEFAULT_AVATARS == 24
    assert max(shown.values()) < 1.5 * min(shown.values())


def test_a_setting_without_a_number_names_one_picture_for_all():
    media.init(media_url="", default_avatar="https://img.example.com/nobody.png")

    assert {media.avatar("", user_id) for user_id in range(100)} == {
        "https://img.example.com/nobody.png"
    }
    assert media.default_avatars("default/nobody.png") == ["default/nobody.png"]
