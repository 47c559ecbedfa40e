"""Announcements to everybody."""

from __future__ import annotations

from common.schemas.announcements import AnnouncementList, AnnouncementPage
from common.services.notices import announcements
from common.utils.http.describing import describes
from common.utils.output import Resource
from common.utils.parameters.listing import PageQuery


class AnnouncementListResource(Resource):
    """Announcements."""

    def get(self, query: PageQuery) -> AnnouncementList:
        """Published announcements, the latest first."""
        return announcements.list_announcements(page=query.page, per_page=query.per_page)


class AnnouncementResource(Resource):
    """An announcement."""

    @describes(errors=[400])
    def get(self, announcement_id: int) -> AnnouncementPage:
        """An announcement with its text."""
        return announcements.get_announcement(announcement_id)
