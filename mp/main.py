"""The editors' door: builds its WSGI app."""

from __future__ import annotations

from common.extensions.web import Application, init_web
from common.services import idempotency
from common.services.accounts import authentication
from common.settings import Settings
from common.utils.decorators import use_identities
from common.utils.http.idempotency import use_idempotency
from common.utils.output import Api, add_routes
from mp.resources import DOMAINS


def create_app(settings: Settings) -> Application:
    """The app with all its routes. Connects nothing."""
    app = Application("mp")
    api = Api(app)
    for domain, routes in DOMAINS.items():
        add_routes(app, api, domain, routes)
    use_identities(app, authentication.identify)
    use_idempotency(app, idempotency, prefix="app", holder="user_id")
    init_web(app, settings, door="mp")
    return app
