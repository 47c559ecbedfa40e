"""Comments on own articles, and likes of comments: URLs."""

from __future__ import annotations

from common.utils.output import Resource

ROUTES: list[tuple[str, type[Resource]]] = []
