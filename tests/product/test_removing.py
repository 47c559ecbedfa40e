"""A feature can be removed: the delete test of docs/style.md §15, on a copy of the repository."""

from __future__ import annotations

import re

import pytest

from tests.support.sources.removing import ROOT, copy_to, plans, remove
from tests.test_quality import must_be_content

PLANS = plans()
# What scripts/check runs, in the copy: mypy looks at the other tests too, whether they know what is
# gone, and guides are searched for files that are.
CHECKS = re.findall(r"tests/test_\w+\.py", (ROOT / "scripts" / "check").read_text(encoding="utf-8"))
# What boots every app, reads every table, or spends a day with all that is left.
NEIGHBOURS = (
    "tests/common/services/outbox/test_dispatch.py",
    "tests/common/settings/test_knobs.py",  # no setting is left that nothing reads any more
    "tests/contract/test_keys.py",
    "tests/contract/test_paths.py",
    "tests/schedule/test_publish_due.py",
    "tests/scripts/test_events.py",
    "tests/test_imports.py",  # no module is left that nobody needs any more
    "tests/toutiao/test_descriptions.py",
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
    assert "tests/test_quality.py" in CHECKS
    must_be_content(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", *CHECKS, *NEIGHBOURS, folder=without
    )
