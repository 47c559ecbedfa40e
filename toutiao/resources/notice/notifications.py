"""What the logged-in user was told."""

from __future__ import annotations

from http import HTTPStatus

from common.schemas.notices import NotificationList, UnreadCount
from common.services.notices import notifications
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.output import Created, Resource
from common.utils.parameters.notices import NotificationQuery, ReadMarks


class NotificationListResource(Resource):
    """The notifications of the logged-in user."""

    method_decorators = (login_required,)

    def get(self, query: NotificationQuery) -> NotificationList:
        """What I was told, the latest first."""
        return notifications.list_notifications(
            current.user_id(), page=query.page, per_page=query.per_page, unread=query.unread
        )

    def put(self, body: ReadMarks) -> tuple[UnreadCount, Created]:
        """Mark these notifications, or all, as read."""
        return notifications.mark_read(current.user_id(), body.ids), HTTPStatus.CREATED
