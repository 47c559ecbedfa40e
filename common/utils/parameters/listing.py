"""Parameters that lists by page have in common."""

from __future__ import annotations

from pydantic import BaseModel

from common.utils.parameters.basic import Page, PerPage

DEFAULT_PER_PAGE = 10


class PageQuery(BaseModel):
    """Which page of a list."""

    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE
