"""The request at hand and its namespace, taken once.

Each use of Flask's ``request`` or ``g`` looks the object behind it up again, in Python. Code that
runs for every request, or uses one of them several times, asks here instead.
"""

from __future__ import annotations

from typing import Any

from flask import Request
from flask.ctx import RequestContext
from flask.globals import _cv_app, _cv_request  # docs/adr/0008-flask-contexts.md


def context() -> RequestContext:
    """What is current: the request, and the app it came to.

    :raises LookupError: outside of a request
    """
    return _cv_request.get()


def request() -> Request:
    """The object behind ``flask.request``.

    :raises LookupError: outside of a request
    """
    return _cv_request.get().request


def environ() -> dict[str, Any]:
    """What the web server said of the request.

    :raises LookupError: outside of a request
    """
    return _cv_request.get().request.environ


def namespace() -> Any:
    """The object behind ``flask.g``.

    :raises LookupError: outside of an app context
    """
    return _cv_app.get().g
