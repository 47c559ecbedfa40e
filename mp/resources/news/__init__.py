"""Channels, own articles with their history, and searching them: URLs."""

from __future__ import annotations

from common.utils.output import Resource

ROUTES: list[tuple[str, type[Resource]]] = []
