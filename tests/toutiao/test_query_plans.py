"""What the product itself asks of SQL during a day is answered from indexes, nothing sorted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.harness.plans import plan_of, selects
from tests.support.scenarios.day import spend_a_day

pytestmark = pytest.mark.settings(captcha_driver="altcha")

# A few rows, read whole by intent and cached for hours: sorting them is nothing.
SMALL = (
    "news_channel",
    "recommend_sensitive_word",
    "global_announcement",
    "channel_top",
    "mis_permission",
)
# A sum over a day, asked once a minute by the whole installation; and what this test looks up.
APART = ("behaviour_event", "outbox")


@pytest.fixture
def statements(gateway) -> Iterator[dict[str, Any]]:
    """Every SELECT that is sent from now on, with the values it was sent with."""
    with selects() as seen:
        yield seen


def test_no_list_is_scanned_or_sorted(anonymous, sign_in, statements):
    spend_a_day(anonymous, sign_in)

    asked = dict(statements)
    complaints = [
        f"{step}: {statement}"
        for statement, parameters in asked.items()
        if not re.search(rf"\nFROM ({'|'.join(SMALL + APART)})\b", statement)
        for step in plan_of(statement, parameters)
        if _is_slow(step)
    ]
    assert len(asked) > 40
    assert complaints == []


def _is_slow(step: str) -> bool:
    is_scan = step.startswith("SCAN ") and "INDEX" not in step and "CONSTANT ROW" not in step
    return is_scan or "TEMP B-TREE FOR ORDER BY" in step
