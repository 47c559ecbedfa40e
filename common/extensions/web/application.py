"""A Flask that does not pay, on every request, for features this product does not use.

Measured on the bare handler: most of plain Flask's CPU time per request. What is left out per
request: signals nobody listens to, the search for hooks nobody registered, cookie sessions
(unless a door installs them), the host part of routing, parts of the request that nobody reads,
and Werkzeug's general matcher for the two shapes nearly all our routes have. With hooks that
*are* registered everything goes Flask's own way.
"""

from __future__ import annotations

from typing import IO, Any, Final

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface
from flask.signals import request_finished, request_started
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser
from werkzeug.routing import MapAdapter

from common.extensions.web.contexts import AppContext, RequestContext, RoutedApp
from common.utils.converters import use_converters
from common.utils.http import current

_READ_LATER: Final = frozenset(
    {"scheme", "server", "root_path", "path", "query_string", "headers", "remote_addr"}
)


class NoSessions(SessionInterface):
    """No cookies are read or written; tokens carry all identity."""

    session: Final = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """The one session, which refuses writes."""
        return self.session


class StrictForms(FormDataParser):
    """Reads forms; Werkzeug's own takes one that it cannot read for an empty one."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], Any, Any]:
        """Stream, fields and files.

        :raises BadRequest: the form has no boundary, or is cut off
        """
        self.silent = content_length == 0
        try:
            return super().parse(stream, mimetype, content_length, options)
        except ValueError as error:
            raise BadRequest from error


class FormRequest(Request):
    """A request whose forms are sound or refused; what its environ says is read when asked for.

    Werkzeug decodes path, query, headers and addresses of every request. Ours are routed and
    answered from the environ, and few of them are asked for any of it.
    """

    form_data_parser_class = StrictForms
    shallow = False

    def __init__(
        self, environ: dict[str, Any], populate_request: bool = True, shallow: bool = False
    ) -> None:
        self.environ = environ
        self.method = environ["REQUEST_METHOD"].upper()
        if shallow:
            self.shallow = True
        elif populate_request:
            environ["werkzeug.request"] = self

    def __getattr__(self, name: str) -> Any:
        """The first of the attributes that Werkzeug sets is missing: let it set them all."""
        if name not in _READ_LATER:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        known = dict(vars(self))
        super().__init__(self.environ, populate_request=False, shallow=self.shallow)
        vars(self).update(known)  # somebody may have set one of them before
        return vars(self)[name]


class Application(RoutedApp):
    """One door of the product: a Flask app without static files, templates and sessions."""

    request_class = FormRequest
    session_interface: SessionInterface = NoSessions()

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)
        use_converters(self)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """An adapter that ignores the host; none outside of a request."""
        if request is None:
            return None
        return MapAdapter(
            self.url_map,
            server_name="",  # no route depends on the host
            script_name="/",
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
        )

    def app_context(self) -> AppContext:
        """As Flask's, for work outside of requests as well."""
        return AppContext(self)

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        """As Flask's."""
        return RequestContext(self, environ)

    def full_dispatch_request(self) -> Response:
        """Call the view. Hooks, and signals that somebody listens to, go Flask's way."""
        if not self._got_first_request:
            self._got_first_request = True  # from now on Flask refuses new hooks
            self.is_plain = self._has_no_hooks()
        if not self.is_plain or request_started.receivers or request_finished.receivers:
            return super().full_dispatch_request()
        context = current.context()
        incoming = context.request
        rule = incoming.url_rule
        answer: Any
        try:
            if rule is None or incoming.method == "OPTIONS":
                answer = self.dispatch_request()
            else:
                answer = self.view_functions[rule.endpoint](**incoming.view_args)  # type: ignore[arg-type] # set with the rule
        except Exception as error:
            answer = self.handle_user_exception(error)
        response = answer if isinstance(answer, Response) else self.make_response(answer)
        if context._after_request_functions:  # noqa: SLF001 - filled by flask.after_this_request
            return self.process_response(response)
        return response

    def _has_no_hooks(self) -> bool:
        hooks = (
            self.before_request_funcs,
            self.url_value_preprocessors,
            self.after_request_funcs,
            self.teardown_request_funcs,
            self.teardown_appcontext_funcs,
        )
        return not any(hooks) and isinstance(self.session_interface, NoSessions)
