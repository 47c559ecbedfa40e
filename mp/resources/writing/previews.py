"""The link that shows an own article before it is published."""

from __future__ import annotations

from http import HTTPStatus

from common.schemas.writing.previews import PreviewLink
from common.services.writing.reviewing import previews
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created, NoContent
from mp.resources.access import EditorResource


class PreviewResource(EditorResource):
    """The one link of an article."""

    @describes(errors=(400,))
    def post(self, article_id: int) -> tuple[PreviewLink, Created]:
        """A link for seven days from now."""
        return previews.offer(article_id, current.user_id()), HTTPStatus.CREATED

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Take the link back."""
        previews.revoke(article_id, current.user_id())
        return None, HTTPStatus.NO_CONTENT
