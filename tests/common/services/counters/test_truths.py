"""What the counters should say, by SQL."""

from __future__ import annotations

from common.cache import counters
from common.extensions.db import transaction
from common.models import ArticleReview
from common.services.counters import rebuilding
from common.utils import clock
from common.utils.constants import ArticleStatus, AttitudeKind, ReviewAction
from tests import factories


def test_what_an_operator_deleted_keeps_its_figures_for_it_may_come_back(runtime):
    ids = []
    for undone_at in (None, clock.now()):
        article = factories.ArticleFactory(published=True, status=ArticleStatus.DELETED)
        factories.AttitudeFactory(article_id=article.article_id, attitude=AttitudeKind.LIKE)
        decision = ArticleReview(
            article_id=article.article_id,
            status=ArticleStatus.DELETED,
            former=ArticleStatus.APPROVED,
            action=ReviewAction.DELETE,
            undone_at=undone_at,
        )
        with transaction() as session:
            session.add(decision)
        ids.append(article.article_id)

    rebuilding.rebuild()

    assert counters.article_likes.get_many(ids) == {
        ids[0]: 1,
        ids[1]: 0,
    }  # the other one was deleted by its author
