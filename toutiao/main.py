"""The readers' door: builds its WSGI app."""

from __future__ import annotations

from common.extensions.web import Application, init_web
from common.services import passport
from common.settings import Settings
from common.utils.decorators import use_identities
from common.utils.output import Api, add_routes
from toutiao.resources import news, user

DOMAINS = {"user": user.ROUTES, "news": news.ROUTES}


def create_app(settings: Settings) -> Application:
    """The app with all its routes. Connects nothing."""
    app = Application("toutiao")
    api = Api(app)
    for domain, routes in DOMAINS.items():
        add_routes(app, api, domain, routes)
    use_identities(app, passport.identify)
    init_web(app, settings, door="user")
    return app
