"""What our sources do with foreign packages that nobody promises, though no name begins with an
underscore: they change what is theirs, skip how it begins, use what it keeps for itself."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.support.sources.private_parts import (
    NOT_FOREIGN,
    Use,
    foreign_bases,
    is_self,
    names_of,
    nodes_of,
    source_of,
    sources,
    uses_in,
)


class Inner(NamedTuple):
    """Classes with whose objects a folder of ours deals though they are the library's affair.

    :param documented: who deals with this one does what the library is for
    """

    folder: str
    kinds: tuple[str, ...]  # as :func:`pkgutil.resolve_name` takes them
    documented: str


INNER = (
    Inner(
        "common/extensions/redis",
        (
            "redis.connection:AbstractConnection",
            "redis.connection:ConnectionPool",
            "redis.cluster:NodesManager",
            "redis.cluster:RedisCluster",
        ),
        "redis:Redis",
    ),
    Inner(
        "common/extensions/messaging",
        ("socketio:RedisManager", "socketio:KombuManager"),
        "socketio:Server",
    ),
    Inner("im", ("socketio:Manager", "engineio:Server"), "socketio:Server"),
)
# What everybody keeps there: that is what it is for.
MEANT_FOR_OTHERS = frozenset({"flask.g"})


@cache
def reached_into() -> frozenset[Use]:
    """All of it, and the private names."""
    return frozenset(
        use
        for path, source in sources()
        for use in uses_in(path, source) | undocumented_in(path, source)
    )


def undocumented_in(path: Path, source: str) -> set[Use]:
    """That of one file, in a package of ours."""
    nodes = nodes_of(source)
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    foreign = _foreign(nodes)
    names = {
        *_changed(nodes, foreign),
        *_skipped(nodes, foreign),
        *_kept_by_bases(path, classes),
        *_of_inner_objects(path, nodes, foreign),
    }
    return {Use(str(path), name) for name in names}


def _foreign(nodes: Sequence[ast.AST]) -> dict[str, str]:
    """What the names mean that a file imports of others."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                found[each.asname or first] = each.name if each.asname else first
    return {name: of for name, of in found.items() if of.partition(".")[0] not in NOT_FOREIGN}


def _changed(nodes: Sequence[ast.AST], foreign: dict[str, str]) -> Iterator[str]:
    """Members of foreign modules and classes that are set, or removed."""
    for node in nodes:
        target: ast.expr | None = None
        name = ""
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            target, name = node.value, node.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"setattr", "delattr"}:
            target, name = node.args[0], str(getattr(node.args[1], "value", ""))
        owner = _meaning(target, foreign) if target is not None else None
        if owner is not None and owner not in MEANT_FOR_OTHERS:
            yield f"{owner}.{name}"


def _skipped(nodes: Sequence[ast.AST], foreign: dict[str, str]) -> Iterator[str]:
    """Methods of a foreign class that ``super`` passes over: ``super(RedisStorage, self)``."""
    for node in nodes:
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call)):
            continue
        call = node.value
        if getattr(call.func, "id", "") == "super" and call.args:
            owner = _meaning(call.args[0], foreign)
            if owner is not None:
                yield f"{owner}.{node.attr}"


def _kept_by_bases(path: Path, classes: Sequence[ast.ClassDef]) -> Iterator[str]:
    """What objects of a foreign base class keep, and no page of its manual names."""
    for each in classes:
        used = {
            node.attr
            for node in ast.walk(each)
            if isinstance(node, ast.Attribute) and is_self(node.value)
        }
        bases = foreign_bases(path, each.name) if each.bases and used else []
        for name in used:
            is_kept = not name.startswith("_") and any(_keeps(base, name) for base in bases)
            if is_kept and not any(_is_documented(base, name) for base in bases):
                yield name


def _of_inner_objects(
    path: Path, nodes: Sequence[ast.AST], foreign: dict[str, str]
) -> Iterator[str]:
    """Members of several words: shorter ones have objects of all kinds."""
    members = next((_inner_members(each) for each in INNER if path.is_relative_to(each.folder)), ())
    for node in nodes if members else ():
        if (
            isinstance(node, ast.Attribute)
            and node.attr in members
            and not is_self(node.value)
            and _meaning(node.value, foreign) is None
        ):
            yield node.attr


@cache
def _inner_members(inner: Inner) -> frozenset[str]:
    found = frozenset().union(*map(_members_of, inner.kinds))
    others = found - _members_of(inner.documented) - _ours(inner.folder)
    return frozenset(each for each in others if "_" in each.strip("_") and each[0] != "_")


@cache
def _ours(folder: str) -> frozenset[str]:
    """What our own classes there give themselves."""
    return frozenset(
        name
        for path, source in sources()
        if path.is_relative_to(folder)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for name in names_of(node)
    )


@cache
def _members_of(kind: str) -> frozenset[str]:
    owner = pkgutil.resolve_name(kind)
    kept = re.findall(r"\bself\.(\w+)(?:: [^=\n]+)? = ", "".join(map(source_of, _line_of(owner))))
    return frozenset((*dir(owner), *kept))


def _line_of(kind: type) -> list[type]:
    return [each for each in inspect.getmro(kind) if each is not object]


def _keeps(kind: type, name: str) -> bool:
    return re.search(rf"\bself\.{name}(?:: [^=\n]+)? = ", source_of(kind)) is not None


def _is_documented(kind: type, name: str) -> bool:
    """Whether it is a parameter, has a type of its own, or a text for the manual."""
    text = source_of(kind)
    return (
        name in vars(kind).get("__annotations__", {})
        or inspect.getdoc(vars(kind).get(name)) is not None
        or f":param {name}:" in text
        or re.search(rf"#:.*\n(?:\s*#.*\n)*\s*self\.{name}\b", text) is not None
    )


def _meaning(node: ast.expr, foreign: dict[str, str]) -> str | None:
    """``kombu.transport.redis.Transport`` for ``Transport``; None if it is nothing imported."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    if not (isinstance(node, ast.Name) and node.id in foreign):
        return None
    return ".".join((foreign[node.id], *reversed(words)))
