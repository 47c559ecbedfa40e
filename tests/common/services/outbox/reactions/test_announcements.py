"""What follows when announcements are published, edited and withdrawn."""

from __future__ import annotations

import pytest

from common.schemas.events.announcements import AnnouncementChanged, AnnouncementPublished
from common.utils import clock
from tests.support.harness.outbox import dropped
from tests.support.scenarios.telling import happened, notifications


@pytest.mark.parametrize(
    "event",
    [
        AnnouncementChanged(announcement_id=7),
        AnnouncementPublished(announcement_id=7, title="公告"),
    ],
)
def test_the_list_of_announcements_and_the_announcement_are_dropped_and_no_more(event):
    assert dropped(event) == {"announcement", "announcement:7"}


def test_a_new_announcement_is_told_to_everybody_and_kept_for_nobody(bus):
    happened(AnnouncementPublished(announcement_id=3, title="停机通知"))

    (message,) = bus()
    assert (message["event"], message["room"]) == ("announcement notify", None)
    (told,) = message["data"]
    assert (told["announcement_id"], told["title"]) == (3, "停机通知")
    assert abs(told["timestamp"] - clock.now_ms() // 1000) < 60
    assert notifications() == []
