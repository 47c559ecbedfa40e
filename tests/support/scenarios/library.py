"""Uploading into an editor's library, and looking into it."""

from __future__ import annotations

from typing import Any

from common.extensions.db import transaction
from common.services.media import uses
from common.utils.constants import MaterialUseKind
from tests.support.clients.api import ApiClient
from tests.support.clients.images import encoded, two_halves
from tests.support.clients.uploading import PNG, as_files

IMAGES = "/mp/v1_0/user/images"


def picture(number: int, kind: str = "PNG") -> bytes:
    """A picture that is like no other."""
    return encoded(two_halves((60, 40 + number)), kind)


def sent(client: ApiClient, data: bytes = PNG) -> Any:
    """The answer to an upload."""
    return client.post(IMAGES, **as_files(image=data))


def uploaded(client: ApiClient, data: bytes = PNG) -> dict[str, Any]:
    """A picture that was just uploaded."""
    answer = sent(client, data)
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def listed(client: ApiClient, **query: Any) -> dict[str, Any]:
    """A page of the library."""
    answer = client.get(IMAGES, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


def ids(client: ApiClient, **query: Any) -> list[int]:
    """What it lists."""
    return [row["id"] for row in listed(client, **query)["results"]]


def key_of(material: dict[str, Any]) -> str:
    """The key of its object."""
    return material["url"].partition("/media/")[2]


def used_by(
    editor: ApiClient,
    material: dict[str, Any],
    kind: MaterialUseKind = MaterialUseKind.BODY,
    holder_id: int = 1,
) -> None:
    """Something of the editor's shows a picture."""
    with transaction() as session:
        uses.record(session, editor.user.user_id, kind, holder_id, [key_of(material)])
