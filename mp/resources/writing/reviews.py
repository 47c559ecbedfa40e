"""What was decided about an own article, and objections to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel

from common.schemas.writing.reviews import AppealCreated, ReviewList
from common.services.writing.reviewing import appeals, reviews
from common.utils.http import current
from common.utils.output import Created
from common.utils.parser import Page, PerPage, Text
from mp.resources.access import EditorResource

DEFAULT_PER_PAGE = 20


class ReviewQuery(BaseModel):
    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE


class AppealCreate(BaseModel):
    text: Annotated[str, Text(1, appeals.MAX_TEXT, lines=True)]


class ReviewListResource(EditorResource):
    """The review history of an article."""

    def get(self, article_id: int, query: ReviewQuery) -> ReviewList:
        """Changes of its status, the latest first, with reasons and appeals."""
        return reviews.list_reviews(
            article_id, current.user_id(), page=query.page, per_page=query.per_page
        )


class AppealListResource(EditorResource):
    """Objections to decisions about an article."""

    def post(self, article_id: int, body: AppealCreate) -> tuple[AppealCreated, Created]:
        """Object to the decision that it is rejected or banned, once."""
        appeal_id = appeals.appeal(article_id, current.user_id(), body.text)
        return {"id": appeal_id}, HTTPStatus.CREATED
