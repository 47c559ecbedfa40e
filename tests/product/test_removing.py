"""A feature can be removed: the delete test of docs/style.md §15, on a copy of the repository."""

from __future__ import annotations

import pytest

from tests.support.sources.removing import copy_to, plans, remove
from tests.test_quality import LINT_IMPORTS, must_be_content

PLANS = plans()
# What boots every app, reads every table, or spends a day with all that is left.
NEIGHBOURS = (
    "tests/common/services/outbox/test_dispatch.py",
    "tests/contract/test_keys.py",
    "tests/contract/test_paths.py",
    "tests/schedule/test_publish_due.py",
    "tests/scripts/test_events.py",
    "tests/test_imports.py",  # no module is left that nobody needs any more
    "tests/toutiao/test_descriptions.py",
)
CHECKS = (
    ("-m", "ruff", "check", "--output-format=concise", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),  # the other tests, too: whether they know what is gone
    ("-c", LINT_IMPORTS),
    ("-m", "vulture"),
    ("-m", "pytest", "-q", "-p", "no:cacheprovider", *NEIGHBOURS),
)


@pytest.fixture(params=PLANS)
def without(request, tmp_path):
    """The repository without a feature."""
    copy_to(tmp_path)
    remove(PLANS[request.param], tmp_path)
    return tmp_path


@pytest.mark.timeout(300)
@pytest.mark.xdist_group("quality")  # one after the other: they share what the tools remember
def test_nothing_else_breaks_when_a_feature_is_removed(without):
    for check in CHECKS:
        must_be_content(*check, folder=without)
