"""The library of pictures (contract/media-platform.md 2.23–2.26, additions.md §2)."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

from common.schemas.materials import (
    CollectedMaterial,
    MaterialList,
    MaterialUseList,
    UploadedMaterial,
)
from common.services.media import holders, library, materials
from common.utils.http import current
from common.utils.http.describing import describes
from common.utils.output import Created, NoContent
from common.utils.parser import Flag, Page, PerPage
from mp.resources.access import EditorResource

DEFAULT_PER_PAGE = 20
UPLOAD_ERRORS = [413, 429, 507]


class ImageUpload(BaseModel):
    image: bytes


class LibraryQuery(BaseModel):
    """Which page of which pictures; false is no filter."""

    collect: Flag = False
    unused: Flag = False
    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE


class UsesQuery(BaseModel):
    page: Page = 1
    per_page: PerPage = DEFAULT_PER_PAGE


class ImageCollect(BaseModel):
    collect: Flag


class UserImagesResource(EditorResource):
    """The pictures of the logged-in editor."""

    is_repeatable = True

    @describes(errors=UPLOAD_ERRORS)
    def post(self, files: ImageUpload) -> tuple[UploadedMaterial, Created]:
        """Upload a picture; one that I have already comes to the front."""
        return materials.upload(current.user_id(), files.image), HTTPStatus.CREATED

    def get(self, query: LibraryQuery) -> MaterialList:
        """My pictures: marked ones first, then the newest."""
        return library.list_materials(
            current.user_id(),
            collected=query.collect,
            unused=query.unused,
            page=query.page,
            per_page=query.per_page,
        )


class UserImageResource(EditorResource):
    """One of them."""

    def put(self, image_id: int, body: ImageCollect) -> tuple[CollectedMaterial, Created]:
        """Mark a picture, or take the mark away."""
        done = library.collect(current.user_id(), image_id, is_collected=body.collect)
        return done, HTTPStatus.CREATED

    def delete(self, image_id: int) -> tuple[None, NoContent]:
        """Take a picture out of the library; articles that show it keep it."""
        library.delete(current.user_id(), image_id)
        return None, HTTPStatus.NO_CONTENT


class UserImageUsesResource(EditorResource):
    """What shows a picture."""

    @describes(errors=[404])
    def get(self, image_id: int, query: UsesQuery) -> MaterialUseList:
        """My articles, revisions and autosaves with this picture, and my avatar."""
        return holders.list_uses(
            current.user_id(), image_id, page=query.page, per_page=query.per_page
        )
