"""The request at hand, who makes it, and the namespace of its own.

The one way to them: ``flask.request`` and ``flask.g`` are the same objects, but look them up anew,
in Python, for each attribute (docs/adr/0008-flask-contexts.md). The decorators of
:mod:`common.utils.decorators` note who it is; without one of them around a method that is unknown
(``AttributeError``).
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


def user_id() -> int:
    """Who is logged in; for methods that let nobody else in."""
    found: int = _cv_app.get().g.user_id
    return found


def reader_id() -> int | None:
    """Who is logged in, if anybody; for methods that let visitors in."""
    found: int | None = _cv_app.get().g.user_id
    return found


def editor_id() -> int | None:
    """Who is logged in and may use the media platform; for methods that others may call too."""
    found: int | None = _cv_app.get().g.editor_id
    return found


def subject() -> str | None:
    """Whom recommendations and exposure are about: a user, a device, or nobody known."""
    found: str | None = _cv_app.get().g.subject
    return found
