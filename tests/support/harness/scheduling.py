"""Who of the xdist workers runs what: hooks of pytest, which tests/conftest.py takes over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

# By what takes longest: begun last, they would be waited for while nothing else is left to run.
FIRST = ("quality", "demo")


class ByFile(LoadGroupScheduling):
    """A file's tests stay together, so that what a module sets up is set up once; so do all tests
    of a group (``xdist_group``), wherever they are."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return scope.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files and groups are each run by one worker; None leaves the choice to xdist."""
    return ByFile(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the groups that take longest."""
    items.sort(key=lambda item: _place(map(_group, item.iter_markers("xdist_group"))))


def _group(mark: pytest.Mark) -> str:
    return str(mark.kwargs.get("name") or mark.args[0])


def _place(groups: Iterable[str]) -> int:
    return min((FIRST.index(group) for group in groups if group in FIRST), default=len(FIRST))
