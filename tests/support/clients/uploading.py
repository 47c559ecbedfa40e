"""Pictures as clients send them."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.clients.images import encoded, two_halves

PNG = encoded(two_halves(), "PNG")
JPEG = encoded(two_halves(), "JPEG")


def in_json(data: bytes = PNG, *, prefix: str = "") -> str:
    """A picture as JSON member."""
    return prefix + base64.b64encode(data).decode()


def as_files(**files: bytes) -> dict[str, Any]:
    """Arguments of a multipart request, with the names that canvas blobs have."""
    parts = {
        name: FileStorage(BytesIO(data), filename="blob", content_type="image/png")
        for name, data in files.items()
    }
    boundary, body = encode_multipart(parts)  # in memory, unlike what the client itself does
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def path_of(address: str) -> str:
    """Path and query of an absolute address, to ask our own gateway for."""
    return "/" + address.split("/", 3)[3]
