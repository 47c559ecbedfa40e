"""What a test sets, from outside, of what is not its own: constants, times and private parts.

Not what is replaced by its public name, such as a step that is watched or fails: what a step is
called is no secret, and a test that does so says in its own lines what happens instead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

COMPUTED = "?"  # a name that is not written there
INNER = re.compile(r"_?[A-Z][A-Z0-9_]*|\w+_seconds|_(?!_)\w+")


def inner_parts_set_by(source: str) -> set[str]:
    """Names of the constants, ``*_seconds`` and ``_private`` parts that a module's code sets of
    other modules and objects, by assignment or ``setattr``; of what leads there the private part.
    """
    return {name for node in ast.walk(ast.parse(source)) for name in _set_by(node)}


def _set_by(node: ast.AST) -> Iterator[str]:
    places: list[ast.expr]
    match node:
        case ast.Assign(targets=targets):
            places = targets
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            places = [target]
        case ast.Call(func=ast.Attribute(attr="setattr") | ast.Name(id="setattr")):
            yield from _patched(node)
            return
        case _:
            return
    for place in places:
        for part in place.elts if isinstance(place, ast.Tuple) else [place]:
            if isinstance(part, ast.Attribute | ast.Subscript):
                yield from _inner(_way_to(part))


def _patched(call: ast.Call) -> Iterator[str]:
    match call.args:
        case [ast.Constant(value=str(path)), _]:
            yield from _inner(path.split("."))
        case [owner, ast.Constant(value=str(name)), *_]:
            yield from _inner([*_way_to(owner), name])
        case _ if isinstance(call.func, ast.Attribute):
            yield COMPUTED


def _inner(way: list[str]) -> Iterator[str]:
    """The first part on the way that is nobody else's; what is of ``self`` may be set."""
    if way[0] not in ("self", "cls"):
        yield from [name for name in way[1:] if INNER.fullmatch(name)][:1]


def _way_to(place: ast.expr) -> list[str]:
    """``["relay", "_pauses", "until"]`` of ``relay._pauses[TOPIC].until``."""
    match place:
        case ast.Attribute(value=owner, attr=name):
            return [*_way_to(owner), name]
        case ast.Subscript(value=owner) | ast.Call(func=owner):
            return _way_to(owner)
        case ast.Name(id=name):
            return [name]
    return [COMPUTED]
