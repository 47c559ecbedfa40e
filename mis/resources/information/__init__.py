"""Channels with what is pinned in them, announcements, reports, comments, pictures: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.information import announcements, channels, comments, materials, reports

# 推荐, the virtual channel 0, has pins but is no row that could be edited.
_ANY_CHANNEL = "/v1_0/channels/<int(max=4294967295):channel_id>"

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/channels", channels.ChannelListResource),
    ("/v1_0/channels/sequence", channels.ChannelOrderResource),
    ("/v1_0/channels/<id:channel_id>", channels.ChannelResource),
    (f"{_ANY_CHANNEL}/tops", channels.PinListResource),
    (f"{_ANY_CHANNEL}/tops/<id:article_id>", channels.PinResource),
    ("/v1_0/announcements", announcements.AnnouncementListResource),
    ("/v1_0/announcements/<id:announcement_id>", announcements.AnnouncementResource),
    ("/v1_0/comments", comments.CommentListResource),
    ("/v1_0/comments/undo", comments.CommentUndoResource),
    ("/v1_0/materials", materials.MaterialListResource),
    ("/v1_0/materials/<id:material_id>/uses", materials.MaterialUseListResource),
    ("/v1_0/reports", reports.ReportListResource),
    ("/v1_0/reports/<id:article_id>", reports.ReporterListResource),
]
