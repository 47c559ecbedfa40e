"""An avatar is a picture in use (additions.md §2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from common.extensions.db import db, refresh_view
from common.models import MaterialUse
from common.utils.constants import MaterialUseKind
from tests.support.clients.uploading import JPEG, PNG, as_files

PATHS = ["/v1_0/user/photo", "/mp/v1_0/user/photo"]


@pytest.mark.parametrize("path", PATHS)
def test_the_present_avatar_is_in_use_and_no_former_one(author, path):
    for photo in (PNG, JPEG):
        answer = author.patch(path, **as_files(photo=photo))

    refresh_view()
    (use,) = db.session.scalars(select(MaterialUse)).all()
    assert (use.kind, use.holder_id) == (MaterialUseKind.AVATAR, author.user.user_id)
    assert answer.json["data"]["photo"] == f"http://localhost/media/{use.object_key}"
