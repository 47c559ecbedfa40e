"""An article's page."""

from __future__ import annotations

from flask import g, request

from common.schemas.news import ArticlePage
from common.services import articles, reading
from common.services.reading import Visit
from common.utils.client_address import client_address
from common.utils.decorators import login_optional
from common.utils.output import Resource


class ArticleResource(Resource):
    """An article with everything its page shows."""

    method_decorators = (login_optional,)

    def get(self, article_id: int) -> ArticlePage:
        """Open an article; the reading is counted and remembered."""
        opened = articles.open_article(article_id, reader_id=g.user_id)
        if request.method != "HEAD":
            reading.opened(
                Visit(
                    article_id=article_id,
                    author_id=opened.author_id,
                    channel_id=opened.channel_id,
                    user_id=g.user_id,
                    visitor=g.subject or client_address(),
                ),
                trace=request.headers.get("Trace"),
            )
        return opened.page
