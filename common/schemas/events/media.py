"""Stored objects."""

from __future__ import annotations

from dataclasses import dataclass

from common.schemas.events import Event


@dataclass(frozen=True, kw_only=True)
class ObjectsDropped(Event):
    """No row names these stored objects (any more)."""

    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PictureBegun(Event):
    """A picture is about to be stored; whether it was is to be looked at later."""

    key: str


@dataclass(frozen=True, kw_only=True)
class PicturesReleased(Event):
    """Something that named these stored pictures is gone; others may name them still."""

    keys: tuple[str, ...]
