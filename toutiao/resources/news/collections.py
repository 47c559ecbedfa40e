"""Collected articles."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.news import ArticleList
from common.schemas.targets import Target
from common.services.articles import collecting
from common.utils.budgets import collections_limited
from common.utils.decorators import login_required
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.output import Created, NoContent, Resource
from common.utils.parameters.listing import PageQuery
from common.utils.parser import ArticleId


class CollectionCreate(BaseModel):
    target: ArticleId


class CollectionListResource(Resource):
    """The reader's collection."""

    method_decorators = {  # noqa: RUF012 - Flask-RESTful reads a plain mapping
        "get": (login_required,),
        "post": (collections_limited, login_required),
    }

    def get(self, query: PageQuery) -> ArticleList:
        """My collected articles, the latest first."""
        return collecting.list_collections(
            current.user_id(), page=query.page, per_page=query.per_page
        )

    def post(self, body: CollectionCreate) -> tuple[Target, Created]:
        """Collect an article."""
        collecting.collect_article(
            user_id=current.user_id(),
            article_id=body.target,
            trace=current.request().headers.get("Trace"),
            address=client_address(),
        )
        return {"target": body.target}, HTTPStatus.CREATED


class CollectionResource(Resource):
    """An article in the reader's collection."""

    method_decorators = (collections_limited, login_required)

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Take an article out, if it is in."""
        collecting.uncollect_article(user_id=current.user_id(), article_id=article_id)
        return None, HTTPStatus.NO_CONTENT
