"""Announcements are published when their time has come, each once (contract/jobs.md §4)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import Announcement
from common.services.notices.announcements import publish_due
from common.utils import clock
from common.utils.constants import AnnouncementStatus
from tests import factories
from tests.support.harness.outbox import topics


def test_an_announcement_appears_when_its_time_has_come(runtime):
    due = factories.AnnouncementFactory(
        status=AnnouncementStatus.DRAFT, publish_time=clock.now() - timedelta(seconds=1)
    )
    later = factories.AnnouncementFactory(
        status=AnnouncementStatus.DRAFT, publish_time=clock.now() + timedelta(hours=1)
    )
    withdrawn = factories.AnnouncementFactory(
        status=AnnouncementStatus.WITHDRAWN, publish_time=clock.now() - timedelta(seconds=1)
    )

    publish_due()
    publish_due()

    refresh_view()
    states = db.session.execute(select(Announcement.announcement_id, Announcement.status))
    assert {row.announcement_id: row.status for row in states} == {
        due.announcement_id: AnnouncementStatus.PUBLISHED,
        later.announcement_id: AnnouncementStatus.DRAFT,
        withdrawn.announcement_id: AnnouncementStatus.WITHDRAWN,
    }
    assert topics().count("push") == 1
