"""Listeners of the bus, which listen for as long as their process lives."""

from __future__ import annotations

from common.extensions.messaging.listening import Listener


def silence(listener: Listener) -> None:
    """Not a word of it in what other tests print in the same process."""
    setattr(listener._complaints, "utter", _say_nothing)  # noqa: B010 - a method of one object


def _say_nothing(*_what: object, **_fields: object) -> None:
    pass
