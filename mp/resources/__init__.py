"""URL tables of the media platform, one per domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from common.utils.output import Resource
from mp.resources import comments, materials, news, notice, statistics, user, writing

DOMAINS: Final[dict[str, Sequence[tuple[str, type[Resource]]]]] = {
    "user": user.ROUTES,
    "news": news.ROUTES,
    "writing": writing.ROUTES,
    "comments": comments.ROUTES,
    "materials": materials.ROUTES,
    "statistics": statistics.ROUTES,
    "notice": notice.ROUTES,
}
