"""Figures are found by indexes, however many events there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from common.services.statistics import rolling_up
from common.utils import clock
from tests.factories import ArticleFactory
from tests.support.harness.plans import plan_of, selects
from tests.support.scenarios import happenings


@pytest.fixture
def statements(author) -> Iterator[dict[str, Any]]:
    """Every SELECT that is sent from now on, with the values it was sent with."""
    with selects() as seen:
        yield seen


def test_no_figure_reads_a_table_from_one_end_to_the_other(author, statements):
    article = ArticleFactory(published=True, user_id=author.user.user_id)
    happenings.happen([article.article_id], author_id=article.user_id, until=clock.now(), count=300)
    statements.clear()
    for _ in range(2):
        rolling_up.roll_up()
        for path in ("overview", "followers", "articles", f"articles/{article.article_id}"):
            assert author.get(f"/mp/v1_0/statistics/{path}").status_code == 200

    asked = dict(statements)
    scans = [
        f"{step}: {statement}"
        for statement, parameters in asked.items()
        for step in plan_of(statement, parameters)
        if step.startswith("SCAN ") and step not in READ_WHOLE
    ]
    assert len(asked) >= 15
    assert scans == []


READ_WHOLE = ("SCAN firsts", "SCAN news_channel")  # found by an index; few rows
