"""An editor's own articles."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from common.schemas.writing.articles import (
    CreateOptions,
    Deleted,
    Filters,
    OwnList,
    Saved,
    SavedArticle,
    SaveOptions,
    WrittenArticle,
)
from common.services.writing.own import listing, reading
from common.services.writing.saves import deleting, editing, saving
from common.utils.constants import ArticleStatus
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.idempotency import once
from common.utils.http.limiting import few_at_once
from common.utils.http.taking import Body
from common.utils.output import Created, HeaderList, NoContent
from common.utils.parameters.basic import Checked
from common.utils.parameters.listing import PageQuery
from common.utils.parser import Id, OneOf, OptionalDate
from mp.resources.access import EditorResource
from mp.resources.news.bodies import (
    ARTICLE_BYTES,
    ArticleBody,
    CreateQuery,
    EditQuery,
    IfMatch,
    PublishChannelId,
)

MAX_AT_ONCE: Final = 100  # articles that are deleted by one call
SAVES_AT_ONCE: Final = 4  # of one editor in one process: each may hold a body of many megabytes

Success = Literal[HTTPStatus.OK]
Sent = Annotated[ArticleBody, Body(max_bytes=ARTICLE_BYTES)]
_SHAPES: Final[dict[Any, listing.Shape]] = {"comment": "comment", "statistic": "statistic"}


def _shape(value: Any) -> listing.Shape:
    return _SHAPES.get(value, "content")


class ListQuery(PageQuery):
    """Which of the articles, in which shape; ``status`` and ``channel_id`` may be repeated."""

    status: tuple[Annotated[ArticleStatus, OneOf(ArticleStatus, "Invalid status param.")], ...] = ()
    channel_id: tuple[PublishChannelId, ...] = ()
    begin_pubdate: OptionalDate = None
    end_pubdate: OptionalDate = None
    response_type: Annotated[listing.Shape, Checked(_shape, (("type", "string"),))] = "content"

    def filters(self) -> Filters:
        """Which articles."""
        return Filters(self.status, self.channel_id, self.begin_pubdate, self.end_pubdate)


class DeleteMany(BaseModel):
    article_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_AT_ONCE)]


class ArticleListResource(EditorResource):
    """Own articles."""

    prepares = True
    method_decorators = {"post": (few_at_once(SAVES_AT_ONCE),)}  # noqa: RUF012

    def get(self, query: ListQuery) -> OwnList:
        """Own articles, newest first: contents, comments or figures, by page."""
        return listing.list_own(
            current.user_id(),
            query.filters(),
            shape=query.response_type,
            page=query.page,
            per_page=query.per_page,
        )

    @describes(errors=(413, 507))
    def post(self, query: CreateQuery, body: Sent) -> tuple[SavedArticle, Created, HeaderList]:
        """Write an article: a draft, or submitted for review."""
        how = CreateOptions(
            is_draft=query.draft,
            schedule=body.schedule(),
            origin=body.origin(),
            autosave_id=body.autosave_id,
        )
        with saving.preparing(current.user_id(), body.text()) as add:
            return once(lambda: _answer(add(how)))

    def delete(self, body: DeleteMany) -> Deleted:
        """Delete several; those that may not be deleted are named."""
        return deleting.delete_articles(body.article_ids, current.user_id())


class ArticleResource(EditorResource):
    """One of them."""

    method_decorators = {"put": (few_at_once(SAVES_AT_ONCE),)}  # noqa: RUF012

    @describes(errors=(404,))
    def get(self, article_id: int) -> tuple[WrittenArticle, Success, HeaderList]:
        """An own article as its form takes it; ``ETag`` is the version of its text."""
        article, version = reading.open_own(article_id, current.user_id())
        return article, HTTPStatus.OK, tagged(version)

    @describes(errors=(409, 413, 507))
    def put(
        self, article_id: int, query: EditQuery, headers: IfMatch, body: Sent
    ) -> tuple[SavedArticle, Created, HeaderList]:
        """Save an own article anew."""
        how = SaveOptions(
            is_draft=query.draft,
            keep_live=query.keep_live,
            schedule=body.schedule(),
            base_versions=headers.versions or (),
            origin=body.origin(),
            is_merging=query.merge,
        )
        return _answer(editing.edit(article_id, current.user_id(), body.text(), how))

    @describes(errors=(400,))
    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Delete one that readers do not see."""
        deleting.delete_article(article_id, current.user_id())
        return None, HTTPStatus.NO_CONTENT


def _answer(saved: Saved) -> tuple[SavedArticle, Created, HeaderList]:
    answer: SavedArticle = {"id": saved.article_id}
    if saved.is_merged:
        answer["merged"] = True  # the form holds less than what was saved
    return answer, HTTPStatus.CREATED, tagged(saved.version)


def tagged(version: int) -> HeaderList:
    """The header that tells the version of a text."""
    return {"ETag": f'"{version}"'}
