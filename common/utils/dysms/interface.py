"""What every sender of text messages can do, and how it may fail."""

from __future__ import annotations

from typing import Protocol

from common.errors import DependencyUnavailable


class SmsRefused(Exception):
    """The provider will never send this message; trying again is useless. Holds its reason."""


class SmsUnavailable(DependencyUnavailable):
    """The message was not sent, or nobody knows; trying again may help."""

    def __init__(self) -> None:
        super().__init__("sms")


class SmsDriver(Protocol):
    """A way to bring a login code to its reader."""

    def send(self, mobile: str, code: str) -> None:
        """Send the code.

        :raises SmsRefused: for good
        :raises SmsUnavailable: for now
        """
