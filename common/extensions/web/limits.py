"""The limit of a whole door (``RATELIMIT_DEFAULT``)."""

from __future__ import annotations

from flask import Flask

from common.settings import Settings
from common.utils.http.limiting import address_key
from common.utils.limiter import Limit, consume


def limit_everything(app: Flask, settings: Settings) -> None:
    """``RATELIMIT_DEFAULT``: a limit per address for all endpoints of a door, if set at all."""
    if settings.ratelimit_default:
        limit = Limit(settings.ratelimit_default, scope=f"default:{app.name}")
        app.before_request(lambda: consume((limit, address_key())))
