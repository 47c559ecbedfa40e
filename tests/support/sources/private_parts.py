"""Which private names of foreign packages our sources use."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
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
GETTERS = frozenset({"attrgetter", "methodcaller"})


class Use(NamedTuple):
    """A private name: ``flask.globals._cv_app`` if it is imported, ``_list`` if it is a member."""

    path: str
    name: str


def sources() -> Iterator[tuple[Path, str]]:
    """Our files, by their paths from the root, and what is in them."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not path.stem.endswith(GENERATED):
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def nodes_of(source: str) -> Sequence[ast.AST]:
    """All of a file; whoever looks at the same file next has them, too."""
    return tuple(ast.walk(ast.parse(source)))


def uses_in(path: Path, source: str) -> set[Use]:
    """Those of one file, in a package of ours."""
    nodes = nodes_of(source)
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    own = _own(nodes, classes)
    names = {*_imported(nodes), *_members(nodes, own), *_inherited(path, classes)}
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


def _members(nodes: Sequence[ast.AST], own: set[ast.Attribute]) -> set[str]:
    """Members of objects other than ``self`` and those of our own classes."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and not is_self(node.value) and node not in own:
            found.add(node.attr)
        elif isinstance(node, ast.Call):
            found.update(_by_name(node))
    return {name for name in found if _is_private(name)}


def _own(nodes: Sequence[ast.AST], classes: Sequence[ast.ClassDef]) -> set[ast.Attribute]:
    """Members that our own classes give themselves, of an argument that is said to be such a one.

    What has the same name on an object of others is none of them.
    """
    of_class = {each.name: names_of(each) for each in classes if not each.bases}
    found = set()
    for function in nodes:
        if not isinstance(function, ast.FunctionDef):
            continue
        arguments = {
            each.arg: of_class[kind]
            for each in (*function.args.args, *function.args.kwonlyargs)
            if (kind := _kind(each.annotation)) in of_class
        }
        for node in ast.walk(function) if arguments else ():
            if isinstance(node, ast.Attribute) and node.attr in arguments.get(
                getattr(node.value, "id", ""), ()
            ):
                found.add(node)
    return found


def _kind(annotation: ast.expr | None) -> str:
    """``Pool`` for ``Pool``, ``Pool[int]`` and ``Pool | None``."""
    words = ast.unparse(annotation).strip("'\"") if annotation is not None else ""
    return words.partition("[")[0].partition(" | ")[0]


def _inherited(path: Path, classes: Sequence[ast.ClassDef]) -> Iterator[str]:
    """Members of ``self`` that a foreign base class knows too."""
    for each in classes:
        names = [*filter(_is_private, names_of(each))] if each.bases else []
        texts = [*map(source_of, foreign_bases(path, each.name))] if names else []
        for name in names:
            if any(re.search(rf"\b{name}\b", text) for text in texts):
                yield name


def foreign_bases(path: Path, name: str) -> list[type]:
    """None for a class within a function or another class: we have none that reaches so far."""
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if path.name == "__main__.py" or "migrations" in path.parts:
        return []
    found = getattr(importlib.import_module(module), name, None)
    bases: list[type] = [] if found is None else found.__mro__
    return [base for base in bases if base.__module__.partition(".")[0] not in NOT_FOREIGN]


@cache
def source_of(kind: type) -> str:
    """How a class is written, or at least what it has."""
    written = _classes_of(kind.__module__).get(kind.__qualname__)
    return " ".join(vars(kind)) if written is None else written  # compiled, or made while running


@cache
def _classes_of(module: str) -> dict[str, str]:
    try:
        text = inspect.getsource(sys.modules[module])
    except (OSError, TypeError):
        return {}
    lines = text.splitlines(keepends=True)
    return {
        node.name: "".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }


def names_of(node: ast.ClassDef) -> set[str]:
    """What a class gives itself and its objects."""
    names = {each.name for each in ast.walk(node) if isinstance(each, ast.FunctionDef)}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and is_self(each.value):
            names.add(each.attr)
        elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            names.add(each.id)
    return names


def _by_name(node: ast.Call) -> Iterator[str]:
    """Members that are called by their names: ``getattr(pool, "_created")``."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    words = node.args[1:2] if name in BY_NAME else node.args if name in GETTERS else []
    for word in words:
        if isinstance(word, ast.Constant) and isinstance(word.value, str):
            yield from word.value.split(".")


def is_self(node: ast.expr) -> bool:
    """Whether a method speaks of its own object."""
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def _is_private(name: str) -> bool:
    if name.startswith("__") and name.endswith("__"):
        return name not in STANDARD | PUBLIC and "_" in name.strip("_")
    return name.startswith("_") and name not in PUBLIC
