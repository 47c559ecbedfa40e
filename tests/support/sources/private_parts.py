"""Which private names of foreign packages our sources use."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
PACKAGES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts")
OURS = frozenset(PACKAGES)
NOT_FOREIGN = OURS | sys.stdlib_module_names
# Public in spite of their underscores: what named tuples and typed dictionaries have, the standard
# library's exit, and what SQLAlchemy documents.
PUBLIC = frozenset({"_asdict", "_exit", "_fields", "_make", "_replace"}) | {
    "__required_keys__",
    "__table_args__",
    "__tablename__",
    "__visit_name__",
}
STANDARD = frozenset(
    name
    for kind in (type, type(lambda: 0), BaseException, dict, int)
    for name in (*dir(kind), *dir(type(kind)))
)
# Written by gRPC's own tool, which fits the version that is installed; made anew by a test.
GENERATED = ("_pb2", "_pb2_grpc")
BY_NAME = frozenset({"delattr", "getattr", "hasattr", "setattr"})


class Use(NamedTuple):
    """A private name: ``flask.globals._cv_app`` if it is imported, ``_list`` if it is a member."""

    path: str
    name: str


@cache
def uses() -> frozenset[Use]:
    """All of them."""
    found: set[Use] = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.stem.endswith(GENERATED):
                continue
            found.update(uses_in(path.relative_to(ROOT), path.read_text(encoding="utf-8")))
    return frozenset(found)


def uses_in(path: Path, source: str) -> set[Use]:
    """Those of one file, in a package of ours."""
    nodes = [*ast.walk(ast.parse(source))]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    names = {
        *_imported(nodes),
        *(_members(nodes) - _own(classes)),
        *_inherited(path, classes),
    }
    return {Use(str(path), name) for name in names}


def _imported(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            first, *others = name.split(".")
            if first not in NOT_FOREIGN and any(map(_is_private, others)):
                yield name


def _members(nodes: Sequence[ast.AST]) -> set[str]:
    """Members of objects other than ``self``."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and not _is_self(node.value):
            found.add(node.attr)
        elif isinstance(node, ast.Call) and _is_by_name(node):
            found.add(str(ast.literal_eval(node.args[1])))
    return {name for name in found if _is_private(name)}


def _own(classes: Sequence[ast.ClassDef]) -> set[str]:
    """What the classes of this file give themselves."""
    return {name for each in classes if not each.bases for name in _names_of(each)}


def _inherited(path: Path, classes: Sequence[ast.ClassDef]) -> Iterator[str]:
    """Members of ``self`` that a foreign base class knows too."""
    for each in classes:
        names = [*filter(_is_private, _names_of(each))] if each.bases else []
        texts = [*map(_source_of, _foreign_bases(path, each.name))] if names else []
        for name in names:
            if any(re.search(rf"\b{name}\b", text) for text in texts):
                yield name


def _foreign_bases(path: Path, name: str) -> list[type]:
    """None for a class within a function or another class: we have none that reaches so far."""
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if path.name == "__main__.py" or "migrations" in path.parts:
        return []
    found = getattr(importlib.import_module(module), name, None)
    bases: list[type] = [] if found is None else found.__mro__
    return [base for base in bases if base.__module__.partition(".")[0] not in NOT_FOREIGN]


@cache
def _source_of(kind: type) -> str:
    try:
        return inspect.getsource(kind)
    except (OSError, TypeError):  # compiled, or made while running
        return " ".join(vars(kind))


def _names_of(node: ast.ClassDef) -> set[str]:
    names = {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and _is_self(each.value):
            names.add(each.attr)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            names.add(each.id)
    return names


def _is_by_name(node: ast.Call) -> bool:
    is_one = isinstance(node.func, ast.Name) and node.func.id in BY_NAME
    return is_one and isinstance(node.args[1], ast.Constant)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def _is_private(name: str) -> bool:
    if name.startswith("__") and name.endswith("__"):
        return name not in STANDARD | PUBLIC and "_" in name.strip("_")
    return name.startswith("_") and name not in PUBLIC
