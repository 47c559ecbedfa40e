"""Where the current request comes from, and the name by which it reached us."""

from __future__ import annotations

from typing import Final

from flask import Flask

from common.utils.http import current
from common.utils.networks import Networks, address_of, origin_of

_EXTENSION: Final = "toutiao.networks"


def use_proxies(app: Flask, proxies: Networks) -> None:
    """Believe ``X-Forwarded-For`` of these when :func:`client_address` is asked."""
    app.extensions[_EXTENSION] = proxies


def client_address() -> str:
    """The caller's address in the current request."""
    here = current.context()
    return address_of(here.request.environ, here.app.extensions[_EXTENSION])


def own_host() -> str:
    """Host and port by which the caller of the current request reaches us."""
    here = current.context()
    return origin_of(here.request.environ, here.app.extensions[_EXTENSION])[1]
