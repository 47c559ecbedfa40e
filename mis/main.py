"""The operators' door: builds its WSGI app."""

from __future__ import annotations

from common.extensions.web import Application, init_web
from common.services import idempotency
from common.settings import Settings
from common.utils.http.idempotency import use_idempotency
from common.utils.output import Api, add_routes
from mis.resources import DOMAINS


def create_app(settings: Settings) -> Application:
    """The app with all its routes. Connects nothing."""
    app = Application("mis")
    api = Api(app)
    for domain, routes in DOMAINS.items():
        add_routes(app, api, domain, routes)
    use_idempotency(app, idempotency, prefix="mis", holder="administrator_id")
    init_web(app, settings, door="mis")
    return app
