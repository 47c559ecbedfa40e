"""Who works here: editors, and those who want to be some."""

from __future__ import annotations

from typing import Any

import pytest

from common.settings import Settings
from tests.factories import ChannelFactory
from tests.support.clients.api import ApiClient
from tests.support.documents.refusing import Check, refusing


@pytest.fixture
def editor(author: ApiClient) -> ApiClient:
    """A signed-in editor."""
    return author


@pytest.fixture
def channel_id(runtime: Any) -> int:
    """A visible channel without articles."""
    return ChannelFactory().channel_id


@pytest.fixture
def refuses(editor: ApiClient, runtime: Settings) -> Check:
    """``refuses(method, path, cases)``: a logged-in editor is told what is wrong, each time."""
    return refusing(editor, runtime)
