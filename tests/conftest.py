"""Fixtures of all tests: the real product on real stores, one set per xdist worker."""

from __future__ import annotations

import gc
import importlib
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from common.settings import Settings
from common.utils import clock
from common.utils.observing import metering
from scripts.programs import OF_THE_HOST
from scripts.valkey import ValkeyServer
from tests.factories import AdministratorFactory, UserFactory
from tests.support.clients.api import ApiClient, SignIn
from tests.support.documents import editors_calls, readers_calls
from tests.support.harness.keeping_apps import kept
from tests.support.harness.leaving import on_its_own as on_its_own
from tests.support.harness.runtime import bear_with_the_machine, bound
from tests.support.harness.scheduling import (
    pytest_collection_modifyitems as pytest_collection_modifyitems,
)
from tests.support.harness.scheduling import (
    pytest_xdist_make_scheduler as pytest_xdist_make_scheduler,
)
from tests.support.harness.stores import Stores
from tests.support.harness.worlds import World, Worlds, again
from tests.support.scenarios.feeding import now_ms

# Folders that are run on request only, by the options that ask for them.
ON_REQUEST = {"topology": {"topology"}, "product": {"product", "faults"}, "faults": {"faults"}}
HERE = Path(__file__).parent

WORLDS = {"readers_world", "editors_world", "crowded_editors_world"}  # fixtures


def pytest_addoption(parser: pytest.Parser) -> None:
    """What takes long or needs real servers is run only on request."""
    parser.addoption(
        "--topology",
        action="store_true",
        help="run tests/topology: real MariaDB, Sentinel and Cluster servers",
    )
    parser.addoption(
        "--product",
        action="store_true",
        help="run tests/product and tests/faults: the whole product, running and failing",
    )
    parser.addoption(
        "--faults",
        action="store_true",
        help="run tests/faults: disks, files, sockets and starts that fail under the product",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Markers that need code of ours."""
    config.addinivalue_line(
        "markers", "settings(**overrides): run this test with these settings changed"
    )


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it again and again took a tenth of all tests."""
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A folder that is run on request exists only with an option that asks for it; None leaves the
    choice to pytest."""
    asked = [names for option, names in ON_REQUEST.items() if config.getoption(option)]
    others = {HERE / name for name in set().union(*ON_REQUEST.values()).difference(*asked)}
    return not others.isdisjoint((collection_path, *collection_path.parents)) or None


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """What the developer's shell configures is not under test."""
    with pytest.MonkeyPatch.context() as patch:
        ours = [name for name in os.environ if name.startswith("TOUTIAO_")]
        for name in (*ours, *OF_THE_HOST):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def within_a_minute() -> Iterator[None]:
    """The clock stands at ten seconds after a minute began."""
    with time_machine.travel(clock.now_ms() // 60_000 * 60 + 70, tick=False):
        yield


@pytest.fixture
def at_noon() -> Iterator[None]:
    """It is the noon of today, so that the day does not end during the test."""
    noon = clock.now().replace(hour=12, minute=0, second=0, tzinfo=clock.zone())
    with time_machine.travel(noon, tick=True):
        yield


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The real stores of this xdist worker."""
    with Stores(tmp_path_factory.mktemp("stores")) as running:
        yield running


@pytest.fixture(scope="module")
def many_files() -> Iterator[None]:
    """As many open connections as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def settings(stores: Stores, request: pytest.FixtureRequest) -> Settings:
    """Demo mode off; change single ones with ``@pytest.mark.settings(name=value)``."""
    marker = request.node.get_closest_marker("settings")
    return stores.settings(**(marker.kwargs if marker else {}))


@pytest.fixture
def demo_settings(settings: Settings) -> Settings:
    """The same in demo mode, for tests that build apps themselves."""
    return settings.model_copy(update={"demo": "on"})


@pytest.fixture(scope="session")
def worlds(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """What was kept of the worlds below."""
    return Worlds(stores, tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def laid_out(
    stores: Stores, settings: Settings, worlds: Worlds, request: pytest.FixtureRequest
) -> World | None:
    """Empty stores, or in them the world that the test asks for if it was made before."""
    stores.reset()
    wanted = WORLDS & set(request.fixturenames)
    return worlds.lay_out(wanted.pop(), settings) if wanted else None


@pytest.fixture
def runtime(settings: Settings, laid_out: World | None) -> Iterator[Settings]:
    """The product bound to the migrated, empty database and an empty Valkey, unless the test asks
    for one of the worlds below."""
    with bound(settings):
        yield settings


@pytest.fixture
def make_world(
    worlds: Worlds,
    settings: Settings,
    laid_out: World | None,
    anonymous: ApiClient,
    sign_in: SignIn,
) -> Callable[[str, Callable[[ApiClient, SignIn], World]], World]:
    """``make_world(name, world_of)``: the world that was laid out, or a new one that is kept."""

    def make(name: str, world_of: Callable[[ApiClient, SignIn], World]) -> World:
        if laid_out is not None:
            return again(laid_out, anonymous.application)
        made = world_of(anonymous, sign_in)
        worlds.keep(name, settings, made)
        return made

    return make


@pytest.fixture
def readers_world(make_world: Callable[..., World]) -> World:
    """Enough of everything that no list of readers is empty; values for their calls."""
    return {**make_world("readers_world", readers_calls.world_of), "now": now_ms()}


@pytest.fixture
def editors_world(make_world: Callable[..., World]) -> World:
    """The same of editors."""
    return make_world("editors_world", editors_calls.world_of)


@pytest.fixture
def valkey(stores: Stores, runtime: Settings) -> ValkeyServer:
    """The server behind STORE and CACHE, to ``stop()`` and ``start()``; runs again afterwards."""
    return stores.valkey


@pytest.fixture
def redis(valkey: ValkeyServer) -> Iterator[Any]:
    """A client that looks into STORE and CACHE beside the product; replies are bytes."""
    with valkey.client() as client:
        yield client


@pytest.fixture
def cost() -> Callable[[], Any]:
    """``with cost() as spent``: then ``spent.sql`` statements, ``spent.stages`` round trips."""
    return metering.measure


def _door(module: str) -> Any:
    """Imported at first use: a test of one function waits for no door, nor breaks with one."""
    return importlib.import_module(module)


@pytest.fixture(scope="session")
def doors() -> Callable[[str, Settings], Any]:
    """``doors(module, settings)``: the Flask app of one door so configured, made once."""
    makers: dict[str, Callable[[Settings], Any]] = {}

    def door(module: str, settings: Settings) -> Any:
        if module not in makers:
            makers[module] = kept(_door(module).create_app)
        return makers[module](settings)

    return door


@pytest.fixture
def user_app(runtime: Settings, doors: Callable[[str, Settings], Any]) -> Any:
    """The Flask app of the readers' door."""
    return doors("toutiao.main", runtime)


@pytest.fixture
def mp_app(runtime: Settings, doors: Callable[[str, Settings], Any]) -> Any:
    """The Flask app of the editors' door."""
    return doors("mp.main", runtime)


@pytest.fixture
def mis_app(runtime: Settings, doors: Callable[[str, Settings], Any]) -> Any:
    """The Flask app of the operators' door."""
    return doors("mis.main", runtime)


@pytest.fixture(scope="session")
def gateways() -> Callable[[Settings], Any]:
    """``gateways(settings)``: all doors so configured, made once; stores are bound apart."""
    return kept(lambda settings: _door("scripts.gateway").create_gateway(settings))


@pytest.fixture
def sign_in(runtime: Settings, gateways: Callable[[Settings], Any]) -> SignIn:
    """``sign_in(user)``: a client of the whole gateway with that user's token."""
    app = gateways(runtime)
    bear_with_the_machine(runtime)
    return SignIn(app, runtime)


@pytest.fixture
def gateway(sign_in: SignIn) -> ApiClient:
    """A client of all doors and pages together, without a token."""
    return sign_in(None)


@pytest.fixture
def anonymous(gateway: ApiClient) -> ApiClient:
    """A visitor."""
    return gateway


@pytest.fixture
def reader(sign_in: SignIn) -> ApiClient:
    """A signed-in reader."""
    return sign_in(UserFactory())


@pytest.fixture
def author(sign_in: SignIn) -> ApiClient:
    """A signed-in verified user, who may use the media platform."""
    return sign_in(UserFactory(verified=True))


@pytest.fixture
def admin(sign_in: SignIn) -> ApiClient:
    """A signed-in administrator who may do everything."""
    return sign_in(AdministratorFactory(super=True))
