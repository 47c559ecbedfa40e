"""What our sources keep in memory, and whether ``common/utils/background/memories`` knows of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.sources.private_parts import sources

REGISTRY = Path("common/utils/background/memories.py")
# What runs in the processes of the product.
FOLDERS = ("common", "toutiao", "mp", "mis", "im", "schedule")
REGISTERING = frozenset({"register", "Family"})
CACHES = frozenset({"cache", "lru_cache"})
ORDERED = frozenset({"OrderedDict", "TTLCache", "LRUCache", "LFUCache"})  # by age: to be bounded
TABLES = ORDERED | {"dict", "defaultdict"}


class Kept(NamedTuple):
    """A table, or a function whose answers are kept."""

    path: str
    name: str


def unregistered() -> set[Kept]:
    """All that nobody told the registry of."""
    return {
        kept
        for path, source in sources()
        if path.parts[0] in FOLDERS and path != REGISTRY
        for kept in unregistered_in(path, source)
    }


def unregistered_in(path: Path, source: str) -> set[Kept]:
    """That of one file: tables of modules, tables of objects that are ordered by age or only ever
    grow, caches of functions."""
    tree = ast.parse(source)
    known = _known_words(tree)
    names = {
        name
        for node in tree.body
        if getattr(node, "name", "") not in known
        for name in (*_cached(node), *_tables(node))
    }
    return {Kept(str(path), name) for name in names - known}


def _tables(node: ast.stmt) -> Iterator[str]:
    if not isinstance(node, ast.ClassDef):
        yield from (name for name, value in _assigned([node]) if _is_new(value, TABLES))
        return
    text = ast.unparse(node)
    for name, value in _assigned([*ast.walk(node)]):
        if _is_new(value, ORDERED) or (_is_new(value, TABLES) and _only_grows(name, text)):
            yield name


def _only_grows(name: str, text: str) -> bool:
    own = rf"self\.{name}\b"
    grows = rf"{own}(?:\[[^\]]*\] = |\.setdefault\b|\.update\b)"
    shrinks = rf"{own}\.(?:pop|popitem|clear)\b|del {own}"
    is_once = len(re.findall(rf"{own}(?:: [^=\n]+)? = ", text)) <= 1
    return is_once and bool(re.search(grows, text)) and not re.search(shrinks, text)


def _cached(within: ast.stmt) -> Iterator[str]:
    """Functions of arguments; one without has one answer."""
    for node in ast.walk(within):
        if isinstance(node, ast.FunctionDef):
            caches = [each for each in node.decorator_list if _name(each) in CACHES]
            if caches and (node.args.args or node.args.kwonlyargs or node.args.vararg):
                yield node.name
        elif isinstance(node, ast.Call) and _name(node) in CACHES:
            yield from (
                ast.unparse(each)
                for each in node.args
                if isinstance(each, ast.Attribute | ast.Name)
            )


def _assigned(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = getattr(target, "attr", getattr(target, "id", ""))
            if name:
                yield name, node.value


def _is_new(value: ast.expr, kinds: frozenset[str]) -> bool:
    is_empty = isinstance(value, ast.Dict) and not value.keys and "dict" in kinds
    return is_empty or (isinstance(value, ast.Call) and _name(value) in kinds)


def _known_words(tree: ast.Module) -> set[str]:
    """What is said where memories are registered, and of what is named there."""
    registering = [
        node
        for node in tree.body
        if any(isinstance(each, ast.Call) and _name(each) in REGISTERING for each in ast.walk(node))
    ]
    known = set().union(*map(_words, registering))
    for node in tree.body:
        if (isinstance(node, ast.FunctionDef) and node.name in known) or (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and any(name in known for name, _ in _assigned([node]))
        ):
            known |= _words(node)
    return known


def _words(node: ast.AST) -> set[str]:
    """Its names; texts name nothing."""
    return {
        name
        for each in ast.walk(node)
        for name in (getattr(each, "id", None), getattr(each, "attr", None))
        if name
    }


def _name(node: ast.expr) -> str:
    """``cache`` of ``functools.cache``, ``cache(f)`` and ``cache[int]``."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    return str(getattr(node, "attr", getattr(node, "id", "")))
