"""Who gets a page to look at and who gets data: what ``Accept`` prefers (RFC 9110 §12.5.1)."""

from __future__ import annotations

from typing import Final

from flask import Response
from werkzeug.wrappers import Request

from common.extensions.web.pages import Page

HTML: Final = "text/html"
JSON: Final = "application/json"


def wants_html(request: Request) -> bool:
    """Whether HTML is liked better than JSON; who does not say so is a program."""
    accepted = request.accept_mimetypes
    return accepted.quality(HTML) > accepted.quality(JSON)


def for_browsers(html: Page, otherwise: Page) -> Page:
    """``html`` for whoever prefers that, at the same address as what programs get."""

    def page(request: Request) -> Response:
        response = (html if wants_html(request) else otherwise)(request)
        response.vary.add("Accept")
        return response

    return page
