"""Who reads: visitors, devices, and people who have signed in."""

from __future__ import annotations

from typing import Any

import pytest

from common.models import Article
from common.settings import Settings
from tests.factories import ArticleFactory, ChannelFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.documents.refusing import Check, refusing
from tests.support.harness.engines import be_patient
from tests.support.scenarios.storms import CLIENTS


class Device(ApiClient):
    """A visitor whose client sends a device id."""

    def open(self, *args: Any, headers: Any = None, **kwargs: Any) -> Any:
        """As a visitor's, with ``Authorization: Anony``."""
        sent = {"Authorization": "Anony device-1.a:b", **(headers or {})}
        return super().open(*args, headers=sent, **kwargs)


@pytest.fixture
def device(anonymous: ApiClient) -> Device:
    """A device that nobody has signed in on."""
    return Device(anonymous.application)


@pytest.fixture(params=["visitor", "device", "reader"])
def anybody(request: pytest.FixtureRequest) -> ApiClient:
    """Each kind of reader in turn."""
    name = {"visitor": "anonymous"}.get(request.param, request.param)
    client: ApiClient = request.getfixturevalue(name)
    return client


@pytest.fixture(params=["device", "reader"])
def somebody(request: pytest.FixtureRequest) -> ApiClient:
    """Each kind of reader whose pages are remembered."""
    client: ApiClient = request.getfixturevalue(request.param)
    return client


@pytest.fixture
def channel_id(runtime: Any) -> int:
    """A visible channel without articles."""
    return ChannelFactory().channel_id


@pytest.fixture
def patient_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was published is found at once, however slow the machine is."""
    be_patient(monkeypatch)


@pytest.fixture
def crowd(sign_in: SignIn) -> list[ApiClient]:
    """Clients of people who have nothing to do with one another yet; no process of ours serves so
    many at once."""
    return [sign_in(UserFactory()) for _ in range(CLIENTS)]


@pytest.fixture
def articles(runtime: Any) -> list[Article]:
    """Three articles of two authors."""
    author = UserFactory(verified=True).user_id
    return [
        ArticleFactory(published=True, user_id=author),
        ArticleFactory(published=True, user_id=author),
        ArticleFactory(published=True),
    ]


@pytest.fixture
def refuses(reader: ApiClient, runtime: Settings) -> Check:
    """``refuses(method, path, cases)``: a logged-in reader is told what is wrong, each time."""
    return refusing(reader, runtime)
