"""An article's page."""

from __future__ import annotations

from common.schemas.news import ArticlePage
from common.services.articles import detail
from common.utils.decorators import login_optional
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.output import Resource


class ArticleResource(Resource):
    """An article with everything its page shows."""

    method_decorators = (login_optional,)

    def get(self, article_id: int) -> ArticlePage:
        """Open an article; the reading is counted and remembered."""
        reader_id = current.reader_id()
        opened = detail.open_article(article_id, reader_id=reader_id)
        request = current.request()
        if request.method != "HEAD":
            visitor = detail.Visitor(reader_id, current.subject(), client_address())
            detail.note_opening(opened, visitor, trace=request.environ.get("HTTP_TRACE"))
        return opened.page
