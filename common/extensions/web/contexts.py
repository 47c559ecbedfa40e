"""Flask's contexts, without the steps that nothing in the product makes use of.

They are Flask's own in every other respect: nesting, copies, teardown functions, preserved
contexts of the test client and signals that somebody listens to go Flask's way.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import Flask, Request, ctx
from flask.globals import _cv_app, _cv_request  # docs/adr/0008-flask-contexts.md
from flask.sessions import SessionMixin
from flask.signals import (
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    request_tearing_down,
)
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import MapAdapter

from common.extensions.web.routes import ROUTE_KEY, Match, RouteTable


class RoutedApp(Flask):
    """What these contexts have to know of their app."""

    # Whether no hook and no session has to be looked after; known from the first request on.
    is_plain = False

    @cached_property
    def routes(self) -> RouteTable:
        """Built at the first request, when all routes are registered."""
        return RouteTable(self.url_map)


class AppContext(ctx.AppContext):
    """Sends its signals, and looks for teardown functions, only if there are any."""

    app: RoutedApp

    def __init__(self, app: RoutedApp) -> None:
        self.app = app
        self.url_adapter = None  # URLs are built within requests only
        self.g = app.app_ctx_globals_class()
        self._cv_tokens = []

    def push(self) -> None:
        """Become the current one."""
        if appcontext_pushed.receivers:
            super().push()
        else:
            self._cv_tokens.append(_cv_app.set(self))

    def pop(self, *exc: Any, **named: Any) -> None:  # Flask's own default has a private name
        """Make the one before it the current one."""
        if (
            not self.app.is_plain
            or appcontext_tearing_down.receivers
            or appcontext_popped.receivers
            or _cv_app.get(None) is not self
        ):
            super().pop(*exc, **named)
        else:
            _cv_app.reset(self._cv_tokens.pop())


class RequestContext(ctx.RequestContext):
    """Matches by the app's table of routes; Werkzeug's adapter is made when somebody needs it."""

    app: RoutedApp
    flashes = None
    _adapter: MapAdapter | None = None

    def __init__(
        self,
        app: RoutedApp,
        environ: dict[str, Any],
        request: Request | None = None,
        session: SessionMixin | None = None,
    ) -> None:
        self.app = app
        if request is None:
            request = app.request_class(environ)
            request.json_module = app.json
        self.request = request
        self._session = session
        self._after_request_functions = []
        self._cv_tokens = []

    @property
    def url_adapter(self) -> MapAdapter | None:
        """For ``url_for``, lists of allowed methods and routes that the table does not know."""
        if self._adapter is None:
            self._adapter = self.app.create_url_adapter(self.request)
        return self._adapter

    @url_adapter.setter
    def url_adapter(self, adapter: MapAdapter | None) -> None:
        self._adapter = adapter

    def push(self) -> None:
        """Become the current one, within a context of the same app; find the route."""
        app = self.app
        around = _cv_app.get(None)
        own = None
        if around is None or around.app is not app:
            own = app.app_context()
            own.push()
        self._cv_tokens.append((_cv_request.set(self), own))
        if self._session is None:
            interface = app.session_interface
            opened = interface.open_session(app, self.request)
            self._session = interface.make_null_session(app) if opened is None else opened
        self.match_request()

    def match_request(self) -> None:
        """Note the route and its values, or the refusal, with the request."""
        request = self.request
        environ = request.environ
        found = self.app.routes.find(request.method, environ["PATH_INFO"])
        if found is None:
            try:
                found = self._search()
            except HTTPException as refusal:
                request.routing_exception = refusal
                return
        request.url_rule, request.view_args = found
        environ[ROUTE_KEY] = found[0].rule

    def _search(self) -> Match:
        """What Werkzeug's matcher finds.

        :raises NotFound: also for ``//path``, which Werkzeug would take for ``/path``
        """
        adapter = self.url_adapter
        if adapter is None or self.request.environ["PATH_INFO"].startswith("//"):
            raise NotFound
        rule, values = adapter.match(return_rule=True)
        return rule, dict(values)

    def pop(self, *exc: Any, **named: Any) -> None:  # Flask's own default has a private name
        """Make the one before it the current one; the last pop ends the request."""
        tokens = self._cv_tokens
        request = self.request
        if (
            len(tokens) != 1
            or not self.app.is_plain
            or request_tearing_down.receivers
            or "files" in vars(request)  # which are to be closed
            or _cv_request.get(None) is not self
        ):
            super().pop(*exc, **named)
            return
        token, own = tokens.pop()
        _cv_request.reset(token)
        request.environ["werkzeug.request"] = None  # they would keep each other alive
        if own is not None:
            own.pop(*exc, **named)
