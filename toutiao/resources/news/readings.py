"""What a reader read, and for how long."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel, Field

from common.schemas.news import ArticleList
from common.services.articles import lists
from common.services.reading import durations, views
from common.utils.budgets import durations_limited
from common.utils.decorators import identity, login_required
from common.utils.http import current
from common.utils.http.client_address import client_address
from common.utils.output import Created, NoContent, Resource
from common.utils.parameters.listing import PageQuery
from common.utils.parser import ArticleId, Natural


class DurationCreate(BaseModel):
    duration: Natural
    art_id: ArticleId


class ReadToken(BaseModel):
    trace: str = Field(alias="Trace", min_length=1)


class ReadingHistoryListResource(Resource):
    """The reader's history."""

    method_decorators = (login_required,)

    def get(self, query: PageQuery) -> ArticleList:
        """The last articles I opened, the latest first."""
        return lists.list_histories(current.user_id(), page=query.page, per_page=query.per_page)

    def delete(self) -> tuple[None, NoContent]:
        """Forget them all."""
        views.clear_history(current.user_id())
        return None, HTTPStatus.NO_CONTENT


class ReadingDurationListResource(Resource):
    """How long readers stayed on articles."""

    method_decorators = (durations_limited,)

    def post(self, headers: ReadToken, body: DurationCreate) -> tuple[None, Created]:
        """Say how many seconds an article was read; the header echoes its read token."""
        durations.note_duration(
            article_id=body.art_id,
            seconds=body.duration,
            trace=headers.trace,
            subject=identity().subject,
            address=client_address(),
        )
        return None, HTTPStatus.CREATED
