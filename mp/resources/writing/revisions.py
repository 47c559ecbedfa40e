"""Former versions of an own article."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, Field

from common.schemas.writing.articles import Saved, SavedArticle
from common.schemas.writing.revisions import Revision, RevisionDiff, RevisionList
from common.services.writing.history import restoring, revisions
from common.utils.budgets import diffs_limited
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.idempotency import once
from common.utils.http.limiting import few_at_once
from common.utils.output import Created, HeaderList
from common.utils.parameters.basic import Absent
from common.utils.parser import Page, PerPage
from mp.resources.access import EditorResource
from mp.resources.writing.senders import Number

DEFAULT_PER_PAGE = 50  # as many as are kept, beside those that were published


DIFFS_AT_ONCE = 2  # of one editor in one process: megabytes are compared


class RevisionQuery(BaseModel):
    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE


class DiffQuery(BaseModel):
    base: Annotated[Annotated[Number | None, Absent()], Field(alias="with")] = None


class RevisionListResource(EditorResource):
    """The versions of an article."""

    @describes(errors=(404,))
    def get(self, article_id: int, query: RevisionQuery) -> RevisionList:
        """What I was typing, and what I saved, the latest first."""
        return revisions.list_revisions(
            article_id, current.user_id(), page=query.page, per_page=query.per_page
        )


class RevisionResource(EditorResource):
    """One of them; version 0 is what was typed."""

    @describes(errors=(404,))
    def get(self, article_id: int, version: int) -> Revision:
        """What it said."""
        return revisions.get(article_id, current.user_id(), version)


class RevisionDiffResource(EditorResource):
    """What a version changed."""

    method_decorators = (few_at_once(DIFFS_AT_ONCE), diffs_limited)

    @describes(errors=(404,))
    def get(self, article_id: int, version: int, query: DiffQuery) -> RevisionDiff:
        """Block by block, compared with the version before or with another one."""
        return revisions.compare(article_id, current.user_id(), version, query.base)


class RevisionRestoreResource(EditorResource):
    """A version once more."""

    prepares = True

    @describes(errors=(400, 404))
    def post(self, article_id: int, version: int) -> tuple[SavedArticle, Created, HeaderList]:
        """Save exactly what it said; the status of the article stays."""
        with restoring.preparing(article_id, current.user_id(), version) as restore:
            return once(lambda: _answer(restore()))


def _answer(saved: Saved) -> tuple[SavedArticle, Created, HeaderList]:
    return {"id": saved.article_id}, HTTPStatus.CREATED, {"ETag": f'"{saved.version}"'}
