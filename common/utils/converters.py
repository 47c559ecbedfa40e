"""URL converters: what a path may hold; anything else is a route that does not exist."""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from common.utils.parameters.basic import MAX_ID
from common.utils.text import pasted

MAX_VERSION: Final = 2**32 - 1


class IdConverter(BaseConverter):
    """A decimal id from 1 to 2^63 − 1, ASCII digits only (contract/user-app.md §1.1)."""

    regex = r"[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """The number.

        :raises ValidationError: out of range, so the route does not match
        """
        number = int(value)
        if not 1 <= number <= MAX_ID:
            raise ValidationError
        return number


class VersionConverter(BaseConverter):
    """The number of a version, or 0, ASCII digits only; no SQL column holds a larger one."""

    regex = r"[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        """The number.

        :raises ValidationError: out of range, so the route does not match
        """
        number = int(value)
        if number > MAX_VERSION:
            raise ValidationError
        return number


class MobileConverter(BaseConverter):
    """A mobile number as it may be pasted (utils/text/pasted.py); everything else is 404."""

    regex = rf"[\s\S]{{11,{pasted.MAX_CHARACTERS}}}"

    def to_python(self, value: str) -> str:
        """Its eleven digits.

        :raises ValidationError: it is none, so the route does not match
        """
        mobile = pasted.mobile_in(value)
        if mobile is None:
            raise ValidationError
        return mobile


def use_converters(app: Flask) -> None:
    """Offer ``<id:…>``, ``<version:…>`` and ``<mobile:…>``, and tolerate a trailing slash.

    Without a redirect, which would drop the ``Authorization`` header in some HTTP stacks.
    """
    app.url_map.converters.update(id=IdConverter, version=VersionConverter, mobile=MobileConverter)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
