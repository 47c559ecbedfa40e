"""Articles: the queue, what is decided about them, and taking that back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel

from common.errors import NotAllowed
from common.schemas.administration.operators import BatchCount
from common.schemas.overseeing.articles import (
    ArticleFilter,
    Decided,
    Decision,
    DecisionList,
    ReviewedArticleList,
    ReviewedArticlePage,
)
from common.services.reviewing import deciding, editing, listing, looking, rules, undoing
from common.utils.constants import MenuId, ReviewAction
from common.utils.output import Created
from common.utils.parameters.basic import OptionalId
from common.utils.parameters.operators import (
    Ids,
    Keyword,
    ListQuery,
    OptionalStatus,
    PeriodQuery,
    Versions,
    choice,
)
from common.utils.parser import Id, OptionalDateTime, Text
from mis.resources.access import OperatorResource, Permission, operator, permitted

NO_ACTION = 1  # a status that nobody gives
DECIDING = Permission("article-list-put", "文章设置", MenuId.REVIEWS)
LOOKING = Permission("article-get", "文章详情查询", MenuId.CONTENTS)


class ArticleQuery(PeriodQuery):
    """Which articles; the period is that of their creation."""

    title: Keyword = None
    channel: Keyword = None
    status_list: Annotated[str, Text(0, 100)] = ""
    article_id: OptionalId = None
    author: Keyword = None
    channel_id: OptionalId = None
    keyword: Keyword = None
    waiting: OptionalStatus = None
    scheduled: OptionalStatus = None
    updated_since: OptionalDateTime = None

    def wanted(self) -> ArticleFilter:
        """Which articles."""
        return ArticleFilter(
            title=self.title,
            channel=self.channel,
            statuses=listing.statuses_in(self.status_list),
            begin=self.begin,
            end=self.end,
            article_id=self.article_id,
            author=self.author,
            channel_id=self.channel_id,
            keyword=self.keyword,
            is_waiting=bool(self.waiting),
            is_scheduled=bool(self.scheduled),
            updated_since=self.updated_since,
        )


class ArticleBatch(BaseModel):
    """``versions``, by article, are those that the reviewer has seen."""

    article_ids: Ids
    status: Annotated[int, choice(NO_ACTION, ReviewAction.UNBAN)]
    reject_reason: Annotated[str, Text(0, 200)] = ""
    versions: Versions = {}

    def decision(self) -> Decision:
        """What is to be done.

        :raises NotAllowed: nobody can make an article wait
        """
        if self.status == NO_ACTION:
            raise NotAllowed(rules.WRONG_ACTION)
        return Decision(
            action=ReviewAction(self.status),
            article_ids=self.article_ids,
            reason=self.reject_reason,
            versions=self.versions,
        )


class ArticleEdit(BaseModel):
    """What is absent stays as it is."""

    channel_id: OptionalId = None
    allow_comment: OptionalStatus = None

    def given(self) -> dict[str, Any]:
        """What was given, as the table keeps it."""
        given = self.model_dump(exclude_none=True)
        if "allow_comment" in given:
            given["allow_comment"] = bool(given["allow_comment"])
        return given


class Undoing(BaseModel):
    batch_id: Id


class ArticleListResource(OperatorResource):
    """All articles."""

    permissions = permitted(
        get=Permission("article-list-get", "文章列表查询", MenuId.CONTENTS), put=DECIDING
    )

    def get(self, query: ArticleQuery) -> ReviewedArticleList:
        """Articles of every author: the queue, what changed since, or all there are."""
        return listing.list_articles(
            query.wanted(), by_id=query.by_id, page=query.page, per_page=query.per_page
        )

    def put(self, body: ArticleBatch) -> tuple[Decided, Created]:
        """Approve (2), reject (3), delete (4), ban (5) or unban (6) all of these, or none."""
        return deciding.decide(operator(), body.decision()), HTTPStatus.CREATED


class ArticleResource(OperatorResource):
    """One article."""

    permissions = permitted(get=LOOKING, put=Permission("article-put", "文章修改", MenuId.CONTENTS))

    def get(self, article_id: int) -> ReviewedArticlePage:
        """An article with its text, the edit that waits beside it, and its history."""
        return looking.open_article(article_id)

    def put(self, article_id: int, body: ArticleEdit) -> tuple[ReviewedArticlePage, Created]:
        """Move it to another channel, or open or close it for comments."""
        editing.edit_article(operator(), article_id, body.given())
        return looking.open_article(article_id), HTTPStatus.CREATED


class DecisionListResource(OperatorResource):
    """The history of an article."""

    permissions = permitted(get=LOOKING)

    def get(self, article_id: int, query: ListQuery) -> DecisionList:
        """Every change of its status and every decision about it, the latest first."""
        return looking.list_decisions(article_id, page=query.page, per_page=query.per_page)


class UndoingResource(OperatorResource):
    """Batches of decisions."""

    permissions = permitted(post=DECIDING)

    def post(self, body: Undoing) -> tuple[BatchCount, Created]:
        """Take a batch of the last 24 hours back, as far as nothing else happened since."""
        return undoing.undo(operator(), body.batch_id), HTTPStatus.CREATED
