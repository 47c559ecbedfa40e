"""What a reader read, and for how long."""

from __future__ import annotations

from http import HTTPStatus

from flask import g
from pydantic import BaseModel, Field

from common.schemas.news import ArticleList
from common.services.articles import lists
from common.services.reading import durations, views
from common.utils.decorators import identity, login_required
from common.utils.http.client_address import client_address
from common.utils.output import Resource
from common.utils.parser import ArticleId, Natural, parse_headers, parse_json, parse_query
from toutiao.resources.limits import durations_limited
from toutiao.resources.listing import PageQuery


class DurationCreate(BaseModel):
    duration: Natural
    art_id: ArticleId


class ReadToken(BaseModel):
    trace: str = Field(alias="Trace", min_length=1)


class ReadingHistoryListResource(Resource):
    """The reader's history."""

    method_decorators = (login_required,)

    def get(self) -> ArticleList:
        """The last articles I opened, the latest first."""
        query = parse_query(PageQuery)
        return lists.list_histories(g.user_id, page=query.page, per_page=query.per_page)

    def delete(self) -> tuple[None, int]:
        """Forget them all."""
        views.clear_history(g.user_id)
        return None, HTTPStatus.NO_CONTENT


class ReadingDurationListResource(Resource):
    """How long readers stayed on articles."""

    method_decorators = (durations_limited,)

    def post(self) -> tuple[None, int]:
        """Say how many seconds an article was read; the header echoes its read token."""
        headers = parse_headers(ReadToken)
        body = parse_json(DurationCreate)
        durations.note_duration(
            article_id=body.art_id,
            seconds=body.duration,
            trace=headers.trace,
            subject=identity().subject,
            address=client_address(),
        )
        return None, HTTPStatus.CREATED
