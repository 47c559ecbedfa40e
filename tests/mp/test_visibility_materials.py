"""Who sees and does what with a picture of a library: its status × kind × whose it is.

Contract: media-platform.md §2.24 to §2.26. Every operation that names a material has a column.
"""

from __future__ import annotations

from typing import Any

import pytest

from common.utils import media
from common.utils.constants import MaterialKind, MaterialStatus
from tests.factories import UserFactory
from tests.factories.user import MaterialFactory
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.library import IMAGES, listed
from tests.support.scenarios.writing import written

OTHERS = [each for each in MaterialStatus if each != MaterialStatus.APPROVED]
QUERIES: list[dict[str, Any]] = [{}, {"collect": "false"}, {"unused": "1"}]
ABSENT = {"collect": 400, "uncollect": 400, "uses": 404, "delete": 204}


def answers(client, material_id: int) -> dict[str, int]:
    path = f"{IMAGES}/{material_id}"
    return {
        "collect": client.put(path, json={"collect": True}).status_code,
        "uncollect": client.put(path, json={"collect": False}).status_code,
        "uses": client.get(f"{path}/uses").status_code,
        "delete": client.delete(path).status_code,
    }


def test_an_own_picture_is_listed_marked_and_deleted(editor):
    material = MaterialFactory(user_id=editor.user.user_id)

    seen = [[each["id"] for each in listed(editor, **query)["results"]] for query in QUERIES]

    assert seen == [[material.material_id]] * len(QUERIES)
    assert answers(editor, material.material_id) == {
        "collect": 201,
        "uncollect": 201,
        "uses": 200,
        "delete": 204,
    }
    assert listed(editor)["total_count"] == 0
    assert answers(editor, material.material_id) == ABSENT


def assert_absent(editor, material_id, runtime):
    """No verb finds it and no list has it, and trying changes nothing."""
    before = snapshot(runtime)

    found = answers(editor, material_id)

    assert found == ABSENT
    for query in (*QUERIES, {"collect": "true"}):
        assert listed(editor, **query)["total_count"] == 0
    assert snapshot(runtime) == before


@pytest.mark.parametrize("status", OTHERS)
def test_what_is_not_approved_is_not_there(editor, runtime, status):
    material = MaterialFactory(user_id=editor.user.user_id, status=status, is_collected=True)

    assert_absent(editor, material.material_id, runtime)


@pytest.mark.parametrize("kind", [MaterialKind.VIDEO, MaterialKind.AUDIO])
def test_what_is_no_picture_is_not_listed_or_marked(editor, kind):
    material = MaterialFactory(user_id=editor.user.user_id, type=kind)

    found = answers(editor, material.material_id)

    assert (found["collect"], found["uncollect"]) == (400, 400)
    assert listed(editor)["total_count"] == 0


@pytest.mark.parametrize("status", MaterialStatus)
def test_nobody_else_s_picture_is_there_whatever_its_status(editor, runtime, status):
    material = MaterialFactory(
        user_id=UserFactory(verified=True).user_id, status=status, is_collected=True
    )

    assert_absent(editor, material.material_id, runtime)


@pytest.mark.parametrize("status", MaterialStatus)
def test_what_an_article_shows_it_shows_whatever_has_become_of_the_picture(
    editor, channel_id, status
):
    """A library is a way to pictures; whose address one has one may use, as anywhere."""
    key = MaterialFactory(user_id=editor.user.user_id, status=status).url

    article_id = written(
        editor, channel_id, cover={"type": 1, "images": [media.url(key)]}, draft=True
    )

    row = next(
        each
        for each in editor.get("/mp/v1_0/articles").json["data"]["results"]
        if each["id"] == article_id
    )
    assert row["cover"]["images"] == [media.url(key)]
