"""How reviewing goes."""

from __future__ import annotations

from common.schemas.overseeing.articles import ReviewStatistics
from common.services.reviewing import statistics
from common.utils.constants import MenuId
from common.utils.parameters.operators import Period
from mis.resources.access import OperatorResource, Permission, permitted


class ReviewStatisticsResource(OperatorResource):
    """Figures of decisions."""

    permissions = permitted(get=Permission("review-statistics-get", "审核统计查询", MenuId.REVIEWS))

    def get(self, query: Period) -> ReviewStatistics:
        """How long decisions took, who made them, how many were taken back."""
        return statistics.review_statistics(query.begin, query.end)
