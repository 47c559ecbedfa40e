"""URL tables of the media platform, one per domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from common.utils.output import Resource

DOMAINS: Final[dict[str, Sequence[tuple[str, type[Resource]]]]] = {}
