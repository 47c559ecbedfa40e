"""An article's page."""

from __future__ import annotations

from common.schemas.news import ArticlePage
from common.services.articles import detail
from common.utils.decorators import login_optional
from common.utils.http import current, referer
from common.utils.http.client_address import client_address, own_host
from common.utils.output import Resource


class ArticleResource(Resource):
    """An article with everything its page shows."""

    method_decorators = (login_optional,)

    def get(self, article_id: int) -> ArticlePage:
        """Open an article; the reading is counted and remembered."""
        reader_id = current.reader_id()
        subject, environ = current.subject(), current.environ()
        opened = detail.open_article(article_id, reader_id=reader_id, subject=subject)
        is_from_outside = referer.is_foreign(environ, host=own_host)
        visitor = detail.Visitor(reader_id, subject, client_address(), is_from_outside)
        detail.note_opening(opened, visitor, trace=environ.get("HTTP_TRACE"))
        return opened.page
