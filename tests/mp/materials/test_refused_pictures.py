"""A text that is refused takes none of its author's uploads, nor the time they take (2.10)."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from common.services.media import materials
from common.services.writing.contents.embedded import MAX_EMBEDDED
from common.utils import limiter
from common.utils.constants import ArticleStatus
from tests.support.clients.images import encoded
from tests.support.clients.uploading import in_json
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.keeping import DRAFT, kept
from tests.support.scenarios.writing import PATH, approve, saved, sent, written

IMAGES = "/mp/v1_0/user/images"
UNKNOWN = 999
FEW = 10  # statements of a save that is refused


def pictures(number: int) -> str:
    """So many different ones, in the text itself."""
    each = (encoded(Image.new("RGB", (8, 8), (n, 0, 0)), "PNG") for n in range(number))
    return "".join(f'<img src="{in_json(data, prefix="data:image/png;base64,")}">' for data in each)


def used_up(editor: Any) -> int:
    """How many of the day's uploads of an editor are gone."""
    (item,) = materials.EMBEDDED.items
    who = f"user:{editor.user.user_id}"
    left = limiter._limiter.shared.get_window_stats(item, who, materials.EMBEDDED.scope).remaining
    return item.amount - left


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of what is put into the storage."""
    keys: list[str] = []
    put = materials.put

    def watched(key: str, picture: Any) -> None:
        keys.append(key)
        put(key, picture)

    monkeypatch.setattr(materials, "put", watched)
    return keys


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel_id": UNKNOWN}, 400),
        ({"cover": {"type": 3, "images": []}}, 400),
        ({"content": pictures(MAX_EMBEDDED + 1)}, 413),
        ({"content": pictures(9) + '<img src="data:image/png;base64,AAAA">'}, 400),
    ],
)
@pytest.mark.parametrize("way", ["new", "edit"])
def test_whatever_may_be_refused_at_once_is_refused_before_anything_is_stored(
    editor, channel_id, cost, stored, changes, code, way
):
    article_id = written(editor, channel_id, draft=True)
    body = sent(channel_id, content=pictures(20)) | changes

    with cost() as spent:
        if way == "new":
            answer = editor.post(PATH, json=body)
        else:
            answer = editor.put(f"{PATH}/{article_id}", json=body)

    assert answer.status_code == code
    assert spent.sql <= FEW
    assert (stored, used_up(editor)) == ([], 0)


@pytest.mark.parametrize("status", [ArticleStatus.BANNED, ArticleStatus.DELETED])
def test_what_may_not_be_written_takes_in_no_pictures(editor, channel_id, stored, status):
    article_id = written(editor, channel_id)
    approve(article_id)
    withdraw(article_id, status)

    answer = saved(editor, article_id, channel_id, content=pictures(3))

    assert answer.status_code in (400, 403)
    assert (stored, used_up(editor)) == ([], 0)


def test_refused_texts_leave_a_day_s_uploads_to_a_good_one(editor, channel_id):
    refused = sent(UNKNOWN, content=pictures(100))
    for _ in range(6):
        assert editor.post(PATH, json=refused).status_code == 400
    assert editor.get(IMAGES).json["data"]["total_count"] == 0

    written(editor, channel_id, content=pictures(2))

    assert used_up(editor) == 2


def test_more_pictures_than_are_left_of_a_day_are_refused_before_any_is_stored(
    editor, channel_id, stored
):
    limiter.note((materials.EMBEDDED, f"user:{editor.user.user_id}"), cost=595)

    answer = editor.post(PATH, json=sent(channel_id, content=pictures(6)))

    assert (answer.status_code, stored, used_up(editor)) == (429, [], 595)
    written(editor, channel_id, content=pictures(5))
    assert used_up(editor) == 600


def test_pictures_that_were_taken_in_before_a_damaged_one_count(editor, channel_id):
    """Else nothing would bound how often all the work of a hundred pictures is done in vain."""
    whole = encoded(Image.new("RGB", (64, 64), (9, 9, 9)), "PNG")
    cut = in_json(whole[:60], prefix="data:image/png;base64,")
    text = pictures(4) + f'<img src="{cut}">'

    assert editor.post(PATH, json=sent(channel_id, content=text)).status_code == 400

    assert used_up(editor) == 4
    assert editor.get(IMAGES).json["data"]["total_count"] == 0


def test_a_stale_save_counts_its_pictures_once_with_what_its_author_typed(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)
    saved(editor, article_id, channel_id, query=DRAFT, content="<p>二</p>")
    stale = {"If-Match": '"1"'}

    answer = saved(editor, article_id, channel_id, query=DRAFT, headers=stale, content=pictures(3))

    assert answer.status_code == 409
    assert kept(editor, article_id)["content"].count("<img") == 3
    assert used_up(editor) == 3
