"""Figures about one's followers."""

from __future__ import annotations

from common.schemas.statistics import AgeFigures, FollowerFigures, GenderFigures
from common.services.statistics import followers
from common.utils.http import current
from mp.resources.access import EditorResource


class FollowerStatisticResource(EditorResource):
    """All of them."""

    def get(self) -> FollowerFigures:
        """My followers by gender, age and device."""
        return followers.figures_of(current.user_id())


class FollowerGenderStatisticResource(EditorResource):
    """By gender."""

    def get(self) -> GenderFigures:
        """My followers by gender."""
        return followers.figures_of(current.user_id())["gender"]


class FollowerAgeStatisticResource(EditorResource):
    """By age."""

    def get(self) -> AgeFigures:
        """My followers by age."""
        return followers.figures_of(current.user_id())["age"]
