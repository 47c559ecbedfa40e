"""URL tables of the admin system, one per domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from common.utils.output import Resource
from mis.resources import information, recommending, review, statistics, system, user

DOMAINS: Final[dict[str, Sequence[tuple[str, type[Resource]]]]] = {
    "system": system.ROUTES,
    "user": user.ROUTES,
    "information": information.ROUTES,
    "review": review.ROUTES,
    "statistics": statistics.ROUTES,
    "recommending": recommending.ROUTES,
}
