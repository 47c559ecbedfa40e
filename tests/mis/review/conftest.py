"""Reviewers, and where authors write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import AdministratorFactory, ChannelFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.scenarios.operators import kept


@pytest.fixture
def channel_id(runtime: Any) -> int:
    """A channel that authors may choose."""
    return ChannelFactory().channel_id


@pytest.fixture
def colleague(sign_in: SignIn) -> ApiClient:
    """Another reviewer, who may do everything too."""
    return sign_in(kept(AdministratorFactory(super=True)))
