"""Pictures of clients that know one base address only (contract/clients.md §1)."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.materials import UploadedPicture
from common.services.media import guests, materials
from common.utils.decorators import verified_unless
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.http.limiting import address_key
from common.utils.output import Created, Resource


class Upload(BaseModel):
    image: bytes


class UploadResource(Resource):
    """A picture for an article."""

    method_decorators = (verified_unless(guests.are_welcome),)
    is_repeatable = True

    @describes(errors=[413, 429, 507])
    def post(self, files: Upload) -> tuple[UploadedPicture, Created]:
        """Upload a picture into my library; without a token, for an hour or an article's life."""
        editor_id = current.editor_id()
        if editor_id is None:
            return guests.upload(address_key(), files.image), HTTPStatus.CREATED
        stored = materials.upload(editor_id, files.image)
        return {"id": stored["id"], "url": stored["url"]}, HTTPStatus.CREATED
