"""What the logged-in editor was told."""

from __future__ import annotations

from http import HTTPStatus

from common.schemas.notices import NotificationList, UnreadCount
from common.services.notices import notifications
from common.utils.http import current
from common.utils.output import Created
from common.utils.parameters.notices import NotificationQuery, ReadMarks
from mp.resources.access import EditorResource


class NotificationListResource(EditorResource):
    """The notifications of the logged-in editor."""

    def get(self, query: NotificationQuery) -> NotificationList:
        """What I was told, reviews of my articles among it, the latest first."""
        return notifications.list_notifications(
            current.user_id(), page=query.page, per_page=query.per_page, unread=query.unread
        )

    def put(self, body: ReadMarks) -> tuple[UnreadCount, Created]:
        """Mark these notifications, or all, as read."""
        return notifications.mark_read(current.user_id(), body.ids), HTTPStatus.CREATED
