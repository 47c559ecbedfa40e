"""Two reviewers in processes of their own race through one queue (admin.md §2.37, §5.1)."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Article, ArticleReview
from common.services.audit.verifying import verify
from common.utils.constants import ArticleStatus as S
from tests.support.processes.racing import race
from tests.support.scenarios.operators import operations
from tests.support.scenarios.reviewing import crowd, statuses

RACED = int(os.environ.get("REVIEW_RACED", "800"))  # 10,000 for the drill of the contract
LONGEST_SECONDS = 1800


@pytest.mark.timeout(LONGEST_SECONDS)
@pytest.mark.settings(ratelimit_enabled=False)
def test_reviewers_of_two_processes_decide_nothing_twice_and_leave_nothing(
    admin, colleague, runtime
):
    ids = crowd(RACED)

    first, second = race(runtime, admin, colleague)

    assert first.decided > 0 < second.decided
    assert first.decided + second.decided == RACED
    assert first.released + second.released > 0
    assert statuses(ids) == {S.APPROVED: first.decided, S.REJECTED: second.decided}
    refresh_view()
    steps = select(func.count()).select_from(ArticleReview).group_by(ArticleReview.article_id)
    assert set(db.session.scalars(steps)) == {1}
    left = select(Article.article_id).where(Article.claimed_by.is_not(None))
    assert db.session.scalars(left).all() == []
    said = [each.operation for each in operations() if "认领" not in each.description]
    assert (said.count("审核"), said.count("驳回")) == (first.decided, second.decided)
    assert verify().broken_at is None
