"""Pictures of unfinished texts are in use (contract/additions.md §2, pictures)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view
from common.models import MaterialUse
from common.services.outbox.relay import Relay
from common.services.writing.typed import typed_pictures
from common.utils import media
from common.utils.constants import MaterialUseKind
from tests.factories import MaterialFactory
from tests.support.clients.uploading import PNG, as_files, in_json, path_of
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.keeping import AUTOSAVES, DRAFT, keep, restore, typed
from tests.support.scenarios.writing import PATH, saved, written

IMAGES = "/mp/v1_0/user/images"


@pytest.fixture
def pictures(editor):
    """Keys of two pictures of the editor's library."""
    rows = [MaterialFactory(user_id=editor.user.user_id) for _ in range(2)]
    return [row.url for row in rows]


def used():
    """What unfinished texts use: the slot, and the key of the picture."""
    typed_pictures.flush()
    refresh_view()
    query = db.session.query(MaterialUse).filter_by(kind=MaterialUseKind.AUTOSAVE)
    return {(row.holder_id, row.object_key) for row in query}


def shown(key):
    return f'<p>图</p><img src="{media.LOCAL_PATH}{key}">'


def test_pictures_in_body_and_cover_are_in_use_until_they_are_gone_from_it(
    editor, article_id, pictures
):
    first, second = pictures
    cover = {"type": 1, "images": [media.LOCAL_PATH + second]}
    slot = keep(editor, article_id, content=shown(first), cover=cover)["id"]
    assert used() == {(slot, first), (slot, second)}

    keep(editor, article_id, content=shown(first))
    assert used() == {(slot, first)}

    keep(editor, article_id)
    assert used() == set()


@pytest.mark.parametrize("way", ["saved", "discarded", "restored"])
def test_a_slot_that_is_emptied_uses_nothing(editor, article_id, channel_id, pictures, way):
    text = {"title": "打出来的标题", "content": shown(pictures[0]), "channel_id": channel_id}
    keep(editor, article_id, cover={"type": 0}, **text)
    assert len(used()) == 1

    if way == "saved":
        saved(editor, article_id, channel_id, query=DRAFT, content="<p>文</p>")
    elif way == "discarded":
        editor.delete(f"{PATH}/{article_id}/autosave")
    else:
        assert restore(editor, article_id, 0).status_code == 201

    assert used() == set()


def test_pictures_of_a_text_that_is_no_article_yet_are_in_use_until_it_is_one(
    editor, channel_id, pictures
):
    body = typed(content=shown(pictures[0]))
    slot = editor.post(AUTOSAVES, json=body).json["data"]["id"]
    assert used() == {(slot, pictures[0])}

    editor.put(f"{AUTOSAVES}/{slot}", json=typed(content=shown(pictures[1])))
    assert used() == {(slot, pictures[1])}

    written(editor, channel_id, autosave_id=slot)
    assert used() == set()


def test_pictures_of_a_text_that_makes_room_are_in_use_no_longer(editor, pictures):
    editor.post(AUTOSAVES, json=typed(content=shown(pictures[0])))
    assert len(used()) == 1

    for _ in range(20):
        editor.post(AUTOSAVES, json=typed())

    assert used() == set()


def test_pictures_that_stood_in_a_refused_text_are_in_use(editor, article_id, channel_id):
    saved(editor, article_id, channel_id, query=DRAFT, content="<p>甲</p>")
    picture = in_json(prefix="data:image/png;base64,")

    refused = saved(
        editor,
        article_id,
        channel_id,
        query=DRAFT,
        content=f'<img src="{picture}">',
        headers={"If-Match": '"1"'},
    )

    assert refused.status_code == 409
    assert len(used()) == 1


def test_a_picture_that_was_typed_a_moment_ago_stays_when_it_leaves_the_library(
    editor, anonymous, article_id
):
    """Its use is not written down yet; whoever removes it waits for that."""
    picture = editor.post(IMAGES, **as_files(image=PNG)).json["data"]
    keep(editor, article_id, content=f'<img src="{picture["url"]}">')
    assert editor.delete(f"{IMAGES}/{picture['id']}").status_code == 204
    while Relay().run_once():
        pass
    early = anonymous.get(path_of(picture["url"])).status_code

    typed_pictures.flush()
    relay_everything()
    late = anonymous.get(path_of(picture["url"])).status_code
    keep(editor, article_id)
    typed_pictures.flush()
    relay_everything()

    assert (early, late) == (200, 200)
    assert anonymous.get(path_of(picture["url"])).status_code == 404
