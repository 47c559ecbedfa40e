"""The pictures of an editor: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.materials import images

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/user/images", images.UserImagesResource),
    ("/v1_0/user/images/<id:image_id>", images.UserImageResource),
    ("/v1_0/user/images/<id:image_id>/uses", images.UserImageUsesResource),
]
