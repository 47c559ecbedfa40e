"""No module needs itself in order to be imported, not even in a roundabout way."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts")
# Begun by a command line or by name: processes, tasks, generated code, what benches compare with.
BEGUN = {
    "common.celery_tasks.main",
    "common.celery_tasks.sms.tasks",
    "common.models.migrations.env",
    "common.rpc.recommend.recommend_pb2_grpc",
    "common.rpc_server.main",
    "im.main",
    "schedule.main",
    "scripts.benching.__main__",
    "scripts.benching.elsewhere",
    "scripts.benching.plain_sockets",
    "scripts.front",
    "scripts.managing.__main__",
    "scripts.preparing.__main__",
    "scripts.protos",
}


@pytest.fixture(scope="module")
def graph():
    """Who imports whom: at the top, within functions, and for types only."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def test_no_modules_import_one_another_in_a_circle(graph):
    imports = {
        module: graph.find_modules_directly_imported_by(module) for module in sorted(graph.modules)
    }

    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle: {' <- '.join(circle.args[1])}", pytrace=False)
    assert len(imports) > 200


def test_every_module_is_imported_by_another_one(graph):
    leaves = {module for module in graph.modules if not graph.find_children(module)}
    imported = {module for module in leaves if graph.find_modules_that_directly_import(module)}

    assert leaves - imported == BEGUN


@pytest.mark.parametrize(
    "process", ["scripts.gateway", "schedule.main", "common.celery_tasks.main"]
)
def test_grpc_is_loaded_by_none_who_does_not_call_by_it(graph, process):
    """It costs a process thirty megabytes, and a start most of a second."""
    needed = graph.find_upstream_modules(process)

    assert [module for module in needed if module.startswith("common.rpc")] == []
    assert "common.services.binding" in needed


def test_who_calls_by_grpc_has_it(graph):
    needed = graph.find_upstream_modules("im.main")

    assert "common.rpc.calling" in needed
