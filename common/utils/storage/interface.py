"""What every object storage can do."""

from __future__ import annotations

from typing import Protocol


class Storage(Protocol):
    """Objects under keys. SQL keeps the key (at most 128 characters), never an address.

    A key that begins with ``private/`` names an object that only signed addresses open.
    Every method but ``url`` may raise ``DependencyUnavailable("storage")``.
    """

    def put(self, key: str, data: bytes, content_type: str, *, private: bool = False) -> None:
        """Store an object; one that has this key is replaced.

        :raises ValueError: the key is malformed, or does not agree with ``private``
        """

    def delete(self, key: str) -> None:
        """Remove an object; one that is absent is none the worse for it."""

    def exists(self, key: str) -> bool:
        """Whether there is an object with this key."""

    def url(self, key: str, *, base_url: str) -> str:
        """The lasting public address of an object; an empty key has an empty one.

        :param key: imported columns may hold an ``http(s)`` address, which is returned unchanged
        :param base_url: the address at which the client reached us (``http://host:port/``)
        :raises ValueError: the object is private
        """

    def signed_url(self, key: str, seconds: int, *, base_url: str) -> str:
        """An address that opens a private object for so many seconds."""
