"""Announcements and notifications."""

from __future__ import annotations

import factory

from common.models import Announcement, Notification
from common.utils import clock
from common.utils.constants import AnnouncementStatus, NotificationKind
from tests.factories.base import Factory, snowflake
from tests.factories.user import new_user_id


class AnnouncementFactory(Factory):
    """A published announcement."""

    class Meta:
        model = Announcement

    title = factory.Sequence(lambda n: f"公告{n}")
    content = factory.LazyAttribute(lambda announcement: f"{announcement.title}的内容")
    status = AnnouncementStatus.PUBLISHED
    publish_time = factory.LazyFunction(clock.now)


class NotificationFactory(Factory):
    """Somebody followed this user, who has not been told yet."""

    class Meta:
        model = Notification

    id = snowflake()
    user_id = new_user_id()
    actor_id = new_user_id()
    kind = NotificationKind.FOLLOW
    payload = factory.LazyFunction(dict)
    dedup = factory.Sequence(lambda n: f"{n:040x}")
