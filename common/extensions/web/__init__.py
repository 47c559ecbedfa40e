"""What makes a Flask app a door of the product."""

from __future__ import annotations

from typing import Final, Literal

from common.extensions.web.application import Application
from common.extensions.web.cors import Origins
from common.extensions.web.edge import WsgiEdge
from common.extensions.web.errors import render_errors
from common.extensions.web.limits import limit_everything
from common.settings import Settings
from common.utils.decorators import budget_reads
from common.utils.http.client_address import use_proxies
from common.utils.http.read_budget import ReadBudget
from common.utils.networks import Networks

__all__ = ["Application", "Door", "budget_of_addresses", "init_web"]

Door = Literal["user", "mp", "mis"]

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
MAX_FORM_PARTS: Final = 100
COOKIE_DOORS: Final = frozenset({"mis"})  # the captcha step keeps a session


def init_web(app: Application, settings: Settings, *, door: Door) -> None:
    """Error rendering, CORS, limits on bodies, and everything in :class:`WsgiEdge`."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        PROPAGATE_EXCEPTIONS=False,  # tests see what callers see
    )
    proxies = Networks(settings.trusted_proxies)
    use_proxies(app, proxies)
    render_errors(app, door)
    limit_everything(app, settings)
    origins = Origins(settings, credentials=door in COOKIE_DOORS)
    of_address = budget_of_addresses(settings)
    if of_address is not None:
        budget_reads(app, ReadBudget(settings.read_budget_subject))
    app.wsgi_app = WsgiEdge(app.wsgi_app, door, origins, proxies, of_address)  # type: ignore[method-assign] # Flask's documented place for middleware


def budget_of_addresses(settings: Settings) -> ReadBudget | None:
    """How much each address may read of a door; None for any number."""
    if settings.is_demo or not settings.ratelimit_enabled:
        return None
    return ReadBudget(settings.read_budget_address)
