"""Pictures as clients send them."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from tests.support.images import encoded, two_halves

PNG = encoded(two_halves(), "PNG")
JPEG = encoded(two_halves(), "JPEG")


def in_json(data: bytes = PNG, *, prefix: str = "") -> str:
    """A picture as JSON member."""
    return prefix + base64.b64encode(data).decode()


def as_files(**files: bytes) -> dict[str, Any]:
    """Arguments of a multipart request, with the names that canvas blobs have."""
    parts = {name: (BytesIO(data), "blob", "image/png") for name, data in files.items()}
    return {"data": parts, "content_type": "multipart/form-data"}


def path_of(address: str) -> str:
    """Path and query of an absolute address, to ask our own gateway for."""
    return "/" + address.split("/", 3)[3]
