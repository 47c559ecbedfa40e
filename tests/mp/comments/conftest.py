"""Discussions below articles of an editor, and of somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import ArticleFactory, CommentFactory
from tests.support.clients.api import ApiClient


@pytest.fixture
def article(editor: ApiClient) -> Any:
    """An approved article of the editor."""
    return ArticleFactory(published=True, user_id=editor.user.user_id)


@pytest.fixture
def comment(article: Any) -> Any:
    """A comment of a reader on it."""
    return CommentFactory(article_id=article.article_id)


@pytest.fixture
def foreign(runtime: Any) -> Any:
    """A comment on an article of somebody else."""
    return CommentFactory(article_id=ArticleFactory(published=True).article_id)
