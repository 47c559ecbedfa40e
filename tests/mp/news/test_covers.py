"""Covers as clients send them, and pictures in bodies (contract/media-platform.md §2.10)."""

from __future__ import annotations

from typing import Any

import pytest

from common.extensions.db import db, refresh_view
from common.models import MaterialUse
from common.utils.constants import MaterialUseKind
from tests.factories import ArticleFactory
from tests.support.clients.uploading import JPEG, PNG, in_json, path_of
from tests.support.documents.refusing import members
from tests.support.harness.outbox import relay_everything
from tests.support.harness.snapshots import stored_files
from tests.support.scenarios.writing import (
    PATH,
    body_of,
    form_of,
    revisions_of,
    row_of,
    saved,
    sent,
    written,
)

HOST = "http://localhost"  # of the test client
OURS = [f"{HOST}/media/material/7/aa/{n}.jpg" for n in range(4)]
KEYS = [address.removeprefix(f"{HOST}/media/") for address in OURS]
FOREIGN = "https://pictures.example.com/x.jpg"
BAD_COVER = {"cover": "Invalid cover param."}
INLINE = in_json(PNG, prefix="data:image/png;base64,")


def cover(kind: Any, *images: Any) -> dict[str, Any]:
    return {"type": kind, "images": list(images)}


def img(*sources: str) -> str:
    return "<p>图</p>" + "".join(f'<img src="{source}">' for source in sources)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (cover(0), cover(0)),
        ({"type": 0}, cover(0)),
        ({"type": "0", "images": None}, cover(0)),
        (cover(0, OURS[0], FOREIGN, 5), cover(0)),
        (cover(1, OURS[0]), cover(1, KEYS[0])),
        (cover("1", OURS[0]), cover(1, KEYS[0])),
        (cover(1, *OURS[:3]), cover(1, KEYS[0])),
        (cover(1, None, "", OURS[2]), cover(1, KEYS[2])),
        (cover(1, "/media/" + KEYS[1]), cover(1, KEYS[1])),
        (cover(3, *OURS), cover(3, *KEYS[:3])),
        (cover(3, OURS[0], None, OURS[1], "", OURS[2]), cover(3, *KEYS[:3])),
    ],
)
def test_gaps_and_leftovers_do_not_matter(editor, channel_id, given, kept):
    article_id = written(editor, channel_id, cover=given)

    assert row_of(article_id).cover == kept


def test_a_cover_needs_as_many_pictures_of_ours_as_its_type_says(refuses, channel_id):
    refused = [
        cover(1),
        cover(1, "", None),
        cover(1, FOREIGN),
        cover(1, "material/7/aa/0.jpg"),
        cover(1, f"{HOST}/media/private/card/aa.jpg"),
        cover(1, f"{HOST}/media/../x.jpg"),
        cover(1, 5, OURS[0]),
        cover(1, OURS),
        cover(3, *OURS[:2]),
        cover(3, OURS[0], OURS[1], FOREIGN),
        cover(3, OURS[0], OURS[1], "javascript:x()"),
        cover(2, *OURS[:2]),
        cover(-2),
        cover(1.0, OURS[0]),
        cover(None, OURS[0]),
        {"type": 1, "images": OURS[0]},
    ]
    cases = [(members(**sent(channel_id, cover=each)), BAD_COVER) for each in refused]

    refuses("POST", PATH, cases)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("<p>没有图</p>", cover(0)),
        (img(FOREIGN), cover(0)),
        (img(OURS[1]), cover(1, KEYS[1])),
        (f"<p>图</p><img src='{OURS[1]}'>", cover(1, KEYS[1])),
        (f"<p>图</p><img src=/media/{KEYS[1]}>", cover(1, KEYS[1])),
        (img(FOREIGN, OURS[2], OURS[0]), cover(1, KEYS[2])),
        (img(OURS[2], OURS[2], OURS[2]), cover(1, KEYS[2])),
        (img(*OURS[::-1]), cover(3, *KEYS[:0:-1])),
        (f'<pre>&lt;img src="{OURS[0]}"&gt;</pre>', cover(0)),
    ],
)
def test_an_automatic_cover_is_the_first_pictures_in_their_order(editor, channel_id, content, kept):
    article_id = written(editor, channel_id, cover=cover(-1, "x", 5), content=content)

    assert row_of(article_id).cover == kept
    assert form_of(editor, article_id)["cover"]["type"] == kept["type"]


def test_addresses_come_and_go_with_the_host_and_are_kept_without(editor, channel_id):
    article_id = written(editor, channel_id, content=img(OURS[0]), cover=cover(1, OURS[0]))

    form = form_of(editor, article_id)

    assert body_of(article_id).content == f'<p>图</p><img src="/media/{KEYS[0]}">'
    assert form["content"] == img(OURS[0])
    assert form["cover"] == cover(1, OURS[0])


@pytest.mark.settings(media_url="https://media.example.cn/")
def test_a_public_address_of_pictures_is_ours_as_well(editor, channel_id):
    address = "https://media.example.cn/" + KEYS[0]

    article_id = written(editor, channel_id, content=img(address), cover=cover(-1))

    assert row_of(article_id).cover == cover(1, KEYS[0])
    assert form_of(editor, article_id)["content"] == img(address)


def test_a_cover_from_elsewhere_may_stay_where_it_is(editor, channel_id):
    imported = ArticleFactory(
        user_id=editor.user.user_id, channel_id=channel_id, cover=cover(1, FOREIGN)
    )

    form = form_of(editor, imported.article_id)
    answer = saved(editor, imported.article_id, channel_id, cover=form["cover"])

    assert (answer.status_code, row_of(imported.article_id).cover) == (201, cover(1, FOREIGN))


@pytest.mark.parametrize("images", [None, [5], [None], "x"])
def test_a_damaged_cover_of_an_imported_article_stands_in_nobodys_way(editor, channel_id, images):
    imported = ArticleFactory(
        user_id=editor.user.user_id, cover={"type": 1, "images": images}
    ).article_id

    refused = saved(editor, imported, channel_id, cover=cover(1, "nowhere"))
    taken = saved(editor, imported, channel_id, cover=cover(0))

    assert (refused.status_code, taken.status_code) == (400, 201)
    former = editor.get(f"{PATH}/{imported}/revisions/1").json["data"]
    assert all(isinstance(image, str) for image in former["cover"]["images"])


def test_pictures_in_the_text_become_stored_ones(editor, channel_id):
    article_id = written(editor, channel_id, content=img(INLINE, OURS[0], INLINE), cover=cover(-1))

    form = form_of(editor, article_id)
    address = form["cover"]["images"][0]
    assert "data:" not in form["content"]
    assert form["content"] == img(address, OURS[0], address)
    assert f"/media/material/{editor.user.user_id}/" in address
    assert editor.get(path_of(address)).status_code == 200
    assert (body_of(article_id).pictures, body_of(article_id).chars) == (3, 1)


@pytest.mark.parametrize(
    "source",
    [
        "data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9eCgpPg==",
        "data:image/svg+xml,%3Csvg%3E",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:",
    ],
)
def test_what_is_no_picture_is_left_out(editor, channel_id, source):
    article_id = written(editor, channel_id, content=f'<p>图</p><img src="{source}"><p>末</p>')

    assert body_of(article_id).content == "<p>图</p><p>末</p>"


@pytest.mark.parametrize("spelling", ["lines", "escaped", "image tag", "unquoted"])
def test_pictures_are_found_however_they_are_spelled(editor, channel_id, spelling):
    content = {
        "lines": f'<img src="{INLINE[:60]}\n {INLINE[60:]}">',
        "escaped": f'<img src="{INLINE.replace("+", "%2B").replace("=", "%3D")}">',
        "image tag": f'<image src="{INLINE}">',
        "unquoted": f"<img src={INLINE}>",
    }[spelling]

    article_id = written(editor, channel_id, content=content)

    assert "/media/material/" in body_of(article_id).content


def test_a_picture_that_is_too_large_refuses_the_article(editor, channel_id, runtime):
    too_large = in_json(bytes(5 * 1024 * 1024 + 1), prefix="data:image/png;base64,")

    answer = editor.post(PATH, json=sent(channel_id, content=img(too_large)))

    assert (answer.status_code, answer.json) == (413, {"message": "Image is too large."})
    assert editor.get(PATH).json["data"]["total_count"] == 0


def test_pictures_of_a_refused_article_are_dropped_again(editor, channel_id, runtime):
    answer = editor.post(PATH, json=sent(channel_id, content=img(INLINE), cover=cover(1)))

    relay_everything()
    assert (answer.status_code, answer.json["errors"]) == (400, BAD_COVER)
    assert stored_files(runtime) == []


def test_where_pictures_are_used_is_written_down(editor, channel_id):
    article_id = written(editor, channel_id, content=img(OURS[0]), cover=cover(1, OURS[1]))
    first = revisions_of(article_id)[0].id

    saved(editor, article_id, channel_id, content=img(OURS[2]), cover=cover(1, OURS[1]))

    second = revisions_of(article_id)[1].id
    assert uses() == {
        (MaterialUseKind.BODY, article_id, KEYS[2]),
        (MaterialUseKind.COVER, article_id, KEYS[1]),
        (MaterialUseKind.REVISION, first, KEYS[0]),
        (MaterialUseKind.REVISION, first, KEYS[1]),
        (MaterialUseKind.REVISION, second, KEYS[2]),
        (MaterialUseKind.REVISION, second, KEYS[1]),
    }


def test_a_save_with_new_pictures_costs_six_statements_too(editor, channel_id, cost):
    article_id = written(editor, channel_id, draft=True)
    body = sent(channel_id, content=img(OURS[0]), cover=cover(1, OURS[1]))

    with cost() as created:
        editor.post(f"{PATH}?draft=true", json=body)
    with cost() as edited:
        editor.put(f"{PATH}/{article_id}?draft=true", json=body)

    assert (created.sql <= 6, edited.sql <= 6) == (True, True), (created.sql, edited.sql)


def test_bodies_of_many_megabytes_are_taken(editor, channel_id):
    pictures = [in_json(JPEG + b"\0" * 1_900_000, prefix="data:image/jpeg;base64,")] * 8
    pictures = [each[:-4] + f"{n:04}" for n, each in enumerate(pictures)]

    article_id = written(editor, channel_id, content=img(*pictures))

    assert body_of(article_id).pictures == 8
    assert len(body_of(article_id).content) < 2000


def test_a_text_of_more_than_a_megabyte_is_refused_whole(editor, channel_id):
    answer = editor.post(PATH, json=sent(channel_id, content="<p>" + "字" * 350_000 + "</p>"))

    assert (answer.status_code, answer.json) == (413, {"message": "Article is too long."})


def test_more_bytes_than_the_door_takes_are_refused(editor, channel_id):
    answer = editor.post(PATH, json=sent(channel_id, content="x" * 25 * 1024 * 1024))

    assert answer.status_code == 413


def uses() -> set[tuple[int, int, str]]:
    refresh_view()
    rows = db.session.query(MaterialUse.kind, MaterialUse.holder_id, MaterialUse.object_key)
    return {(row.kind, row.holder_id, row.object_key) for row in rows}
