"""The rules of docs/style.md that a program can see, one probe each; scripts/check runs them."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TREES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts")
EDGES = (  # of processes, where nothing may get through (style.md §8)
    "common/extensions/db/file_guard.py",  # a thread's
    "common/extensions/messaging/listening.py",  # a thread's
    "common/extensions/observing/health.py",
    "common/extensions/web/",
    "common/services/outbox/",
    "common/services/jobs/",
    "common/services/counters/rebuilding.py",  # one counter's failure stops no other
    "common/services/recommending/candidates.py",  # a thread's
    "common/utils/background/",
    "common/settings/sources.py",
    "schedule/",
    "scripts/",
)
LONGEST_METHOD = 10  # lines of a resource's method, docstring apart (style.md §4)
METHODS = {"get", "post", "put", "patch", "delete"}
# Members of an edge about this process's copies of values (docs/adr/0004-tracked-copies.md).
COPIES = {"copies", "drop_copies", "clear_copies", "shares_copies_with"}
BARE_NAMES = {"data", "info", "manager", "helper", "utils", "misc", "common"}  # of modules


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            if "migrations/versions" not in str(path) and "_pb2" not in path.name:
                name = str(path.relative_to(ROOT))
                yield name, ast.parse(path.read_text(encoding="utf-8"))


MODULES = dict(_modules())


def _found(is_wrong: Callable[[ast.AST], bool], *, within: str = "", but: tuple[str, ...] = ()):
    """Places, as ``path:line``, of what is wrong."""
    return [
        f"{path}:{getattr(node, 'lineno', 1)}"
        for path, module in MODULES.items()
        if path.startswith(within) and not path.startswith(but)
        for node in ast.walk(module)
        if is_wrong(node)
    ]


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name


def test_1_every_module_says_which_part_of_the_product_it_is():
    assert [path for path, module in MODULES.items() if not ast.get_docstring(module)] == []


def test_2_every_public_function_and_class_says_what_its_signature_cannot():
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, module in MODULES.items()
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not _is_shape(node)
    ]

    assert silent == []


def _is_shape(node: ast.AST) -> bool:
    """A class of nothing but fields (a request's model, a row) is said by them."""
    return isinstance(node, ast.ClassDef) and all(
        isinstance(each, (ast.AnnAssign, ast.Assign, ast.Pass)) for each in node.body
    )


def test_3_there_is_one_commit():
    # The schema is changed outside of transactions, under a lock of its own; a commit of the
    # search index is none of SQL's.
    allowed = (
        "common/extensions/db/session.py",
        "common/models/schema",
        "common/search/embedded",
    )
    assert _found(lambda node: _calls(node, "commit"), but=allowed) == []


def test_4_what_may_catch_everything_is_the_edge_of_a_process():
    def swallows_all(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.ExceptHandler)
            and getattr(node.type, "id", "") == "Exception"
            and not isinstance(node.body[-1], ast.Raise)
        )

    assert _found(swallows_all, within="toutiao") == []
    assert _found(swallows_all, within="common", but=EDGES) == []


def test_5_driver_errors_of_redis_stop_at_the_extension_and_the_engine():
    def names_driver_error(node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in {"RedisError", "ResponseError"}

    # The worker's main module tells Celery which of them mean that the broker is away.
    allowed = ("common/extensions/", "common/cache/engine/", "common/celery_tasks/main.py")
    assert _found(names_driver_error, within="common", but=allowed) == []


def test_6_resources_parse_call_and_answer():
    wordy = [
        f"{path}:{method.lineno} {method.name}"
        for path, module in MODULES.items()
        if re.match(r"(toutiao|mp|mis)/resources/", path)
        for method in ast.walk(module)
        if isinstance(method, ast.FunctionDef) and method.name in METHODS and _is_wordy(method)
    ]

    assert wordy == []


def _is_wordy(method: ast.FunctionDef) -> bool:
    body = method.body[1:] if ast.get_docstring(method) else method.body
    lines = sum(ast.unparse(each).count("\n") + 1 for each in body)  # however it is wrapped
    return lines > LONGEST_METHOD or any(isinstance(each, ast.Try) for each in ast.walk(method))


def test_7_deployments_differ_by_settings_not_by_branches():
    def asks_for_the_mode(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "mode"
            and getattr(node.value, "id", "") == "settings"
        )

    assert _found(asks_for_the_mode, but=("common/settings/", "scripts/")) == []


def test_8_only_settings_read_the_environment():
    def reads_it(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            and (getattr(node.value, "id", "") == "os")
        )

    # prometheus-client knows its directory from a variable of its own.
    allowed = ("common/settings/", "common/extensions/observing/metrics.py")
    assert _found(reads_it, within="common", but=allowed) == []


def test_9_modules_are_called_after_what_they_do():
    assert [path for path in MODULES if Path(path).stem in BARE_NAMES] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "HACK", "NotImplementedError"])
def test_10_nothing_is_left_for_later(word):
    left = [
        path
        for path in MODULES
        if re.search(rf"\b{word}\b", (ROOT / path).read_text(encoding="utf-8"))
    ]

    assert left == []


def test_11_tracked_copies_are_the_cache_engines():
    def reaches_for(*names: str) -> Callable[[ast.AST], bool]:
        return lambda node: isinstance(node, ast.Attribute) and node.attr in names

    engine, extension = "common/cache/engine/", "common/extensions/redis/"
    assert _found(reaches_for(*COPIES), but=(engine, extension)) == []
    # Or the probe looks for what nothing is called any more.
    assert [name for name in COPIES if not _found(reaches_for(name), within=engine)] == []
