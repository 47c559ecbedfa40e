"""Whether a link on somebody else's page led here, as far as the ``Referer`` header says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit


def is_foreign(environ: dict[str, Any], *, host: Callable[[], str]) -> bool:
    """Whether the page with the link is neither ours nor the client's own.

    :param host: tells by which name the client reaches us, if that matters. A client in a browser
        names the page it is itself: that has the origin that it sends with its requests
    """
    referer: str | None = environ.get("HTTP_REFERER")
    if not referer:  # nearly always
        return False
    page = _host_of(referer)
    return page not in ("", host().lower(), _host_of(environ.get("HTTP_ORIGIN", "")))


def _host_of(url: str) -> str:
    """Host and port of a web address; nothing for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if parts.scheme in ("http", "https") else ""
