"""What a user published."""

from __future__ import annotations

from common.schemas.news import ArticleList
from common.services.articles import lists
from common.utils.decorators import login_optional, login_required
from common.utils.http import current
from common.utils.output import Resource
from common.utils.parameters.listing import PageQuery


class UserArticleListResource(Resource):
    """Somebody's articles."""

    method_decorators = (login_optional,)

    def get(self, user_id: int, query: PageQuery) -> ArticleList:
        """A user's published articles, newest first."""
        return lists.list_published(
            user_id, page=query.page, per_page=query.per_page, reader_id=current.reader_id()
        )


class CurrentUserArticleListResource(Resource):
    """The logged-in user's articles."""

    method_decorators = (login_required,)

    def get(self, query: PageQuery) -> ArticleList:
        """My published articles, newest first."""
        user_id = current.user_id()
        return lists.list_published(
            user_id, page=query.page, per_page=query.per_page, reader_id=user_id
        )
