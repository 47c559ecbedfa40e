"""Who works here: operators of every rank, and those who want to be some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from common.settings import Settings
from tests.factories import ArticleFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.documents.refusing import Check, refusing
from tests.support.scenarios.operators import kept, operator_with


@pytest.fixture
def admin(admin: ApiClient) -> ApiClient:
    """A signed-in administrator who may do everything."""
    kept(admin.user)
    return admin


@pytest.fixture
def with_codes(sign_in: SignIn) -> Callable[..., ApiClient]:
    """``with_codes("group-put")``: an operator of a group of his own that owns these codes."""

    def make(*codes: str, **columns: Any) -> ApiClient:
        return sign_in(operator_with(*codes, **columns))

    return make


@pytest.fixture
def refuses(admin: ApiClient, runtime: Settings) -> Check:
    """``refuses(method, path, cases)``: an operator is told what is wrong, each time."""
    return refusing(admin, runtime)


@pytest.fixture
def article_id(runtime: Settings) -> int:
    """A published article."""
    made: int = ArticleFactory(published=True).article_id
    return made
