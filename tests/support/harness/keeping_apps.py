"""Apps that are made once for all tests with the same settings: making one takes 0.1 s."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.settings import Settings

KEPT = 8


def kept(make: Callable[[Settings], Any]) -> Callable[[Settings], Any]:
    """``make``, but the last few apps are handed out again for equal settings."""
    made: list[tuple[Settings, Any]] = []

    def get(settings: Settings) -> Any:
        for present, app in made:
            if present == settings:
                return app
        app = make(settings)
        made.append((settings, app))
        del made[:-KEPT]
        return app

    return get
