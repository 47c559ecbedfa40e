"""The library of an editor: listed, marked, emptied, and what shows its pictures (2.24–2.26)."""

from __future__ import annotations

import pytest

from common.models import ArticleAutosave, ArticleRevision
from common.utils import clock
from common.utils.constants import MaterialKind, MaterialStatus, MaterialUseKind
from tests.factories import ArticleFactory, UserFactory
from tests.factories.base import write
from tests.factories.user import MaterialFactory
from tests.support.clients.uploading import path_of
from tests.support.harness.outbox import relay_everything
from tests.support.harness.plans import plan_of, selects
from tests.support.harness.snapshots import snapshot, stored_files
from tests.support.scenarios.library import IMAGES, ids, listed, picture, sent, uploaded, used_by


def test_marked_ones_come_first_and_false_is_no_filter(editor):
    one, two, three = (uploaded(editor, picture(n))["id"] for n in range(3))

    answer = editor.put(f"{IMAGES}/{one}", json={"collect": "true"})

    assert (answer.status_code, answer.json["data"]) == (201, {"id": one, "collect": True})
    assert ids(editor) == [one, three, two]
    assert ids(editor, collect="false") == [one, three, two]
    assert ids(editor, collect="true") == [one]
    assert listed(editor, collect=1)["total_count"] == 1
    assert editor.put(f"{IMAGES}/{one}", json={"collect": True}).status_code == 201
    assert editor.put(f"{IMAGES}/{one}", json={"collect": False}).json["data"]["collect"] is False
    assert ids(editor) == [three, two, one]


def test_a_page_beyond_the_end_tells_the_true_total(editor):
    for number in range(3):
        uploaded(editor, picture(number))

    assert listed(editor, page=2, per_page=2)["results"][0]["id"] == ids(editor)[-1]
    beyond = listed(editor, page=9, per_page=2)
    assert beyond == {"total_count": 3, "page": 9, "per_page": 2, "results": []}


def test_videos_and_what_is_not_approved_are_not_listed(editor):
    mine = {"user_id": editor.user.user_id}
    MaterialFactory(**mine, type=MaterialKind.VIDEO)
    for status in (MaterialStatus.PENDING, MaterialStatus.REMOVING, MaterialStatus.DELETED):
        MaterialFactory(**mine, status=status)

    assert listed(editor)["total_count"] == 0


def test_lists_and_marks_check_what_they_are_given(refuses):
    range_text = "Invalid per_page: {}. per_page must be within the range 1 - 100"
    refuses(
        "GET",
        IMAGES,
        [
            ({"query_string": {"per_page": "101"}}, {"per_page": range_text.format(101)}),
            ({"query_string": {"per_page": "0"}}, {"per_page": range_text.format(0)}),
            (
                {"query_string": {"page": "0"}},
                {"page": "Invalid page: 0. page must be a positive integer"},
            ),
            (
                {"query_string": {"collect": "maybe"}},
                {"collect": "Invalid literal for boolean(): maybe"},
            ),
        ],
    )
    refuses(
        "PUT",
        f"{IMAGES}/1",
        [
            ({"json": {}}, {"collect": "Missing required parameter in the JSON body"}),
            ({"json": {"collect": True}}, "Invalid image."),
        ],
    )


@pytest.mark.parametrize("fate", ["foreign", "deleted", "unknown"])
def test_a_picture_that_is_not_in_the_library_cannot_be_touched(editor, sign_in, runtime, fate):
    owner = sign_in(UserFactory(verified=True)) if fate == "foreign" else editor
    material = uploaded(owner)
    if fate == "deleted":
        owner.delete(f"{IMAGES}/{material['id']}")
    target = material["id"] + 1 if fate == "unknown" else material["id"]
    before = snapshot(runtime)

    marked = editor.put(f"{IMAGES}/{target}", json={"collect": True})
    shown = editor.get(f"{IMAGES}/{target}/uses")
    deleted = editor.delete(f"{IMAGES}/{target}")

    assert (marked.status_code, marked.json) == (400, {"message": "Invalid image."})
    assert (shown.status_code, shown.json) == (404, {"message": "Image not exists."})
    assert (deleted.status_code, deleted.data) == (204, b"")
    assert snapshot(runtime) == before


def test_a_deleted_picture_that_nothing_shows_is_removed(editor, runtime):
    material = uploaded(editor)

    answer = editor.delete(f"{IMAGES}/{material['id']}")

    relay_everything()
    assert (answer.status_code, answer.data) == (204, b"")
    assert listed(editor)["total_count"] == 0
    assert stored_files(runtime) == []


@pytest.mark.parametrize("kind", list(MaterialUseKind))
def test_a_deleted_picture_stays_for_what_shows_it(editor, anonymous, kind):
    material = uploaded(editor)
    used_by(editor, material, kind)

    editor.delete(f"{IMAGES}/{material['id']}")

    relay_everything()
    assert anonymous.get(path_of(material["url"])).status_code == 200


@pytest.mark.parametrize("kind", list(MaterialUseKind))
def test_a_picture_that_anything_shows_is_not_unused(editor, kind):
    shown, idle = uploaded(editor, picture(1)), uploaded(editor, picture(2))
    used_by(editor, shown, kind)

    assert ids(editor, unused=1) == [idle["id"]]
    assert listed(editor, unused="true")["total_count"] == 1
    assert [row["used_in"] for row in listed(editor)["results"]] == [0, 1]


def test_what_shows_a_picture_is_told_by_name(editor):
    article = ArticleFactory(user_id=editor.user.user_id, title="老城墙下的早点铺")
    text = {"content": "", "cover": {}, "channel_id": 1}
    revision = write(
        ArticleRevision(article_id=article.article_id, version=3, title="早点铺", **text)
    )
    autosave = write(
        ArticleAutosave(
            autosave_id=5,
            user_id=editor.user.user_id,
            title="未完",
            saved_at=clock.now_precise(),
            **text,
        )
    )
    material = uploaded(editor)
    used_by(editor, material, MaterialUseKind.BODY, article.article_id)
    used_by(editor, material, MaterialUseKind.COVER, article.article_id)
    used_by(editor, material, MaterialUseKind.REVISION, revision.id)
    used_by(editor, material, MaterialUseKind.AUTOSAVE, autosave.autosave_id)
    used_by(editor, material, MaterialUseKind.AVATAR, editor.user.user_id)

    data = editor.get(f"{IMAGES}/{material['id']}/uses").json["data"]

    whole = {"article_id": article.article_id, "title": "老城墙下的早点铺"}
    assert data == {
        "total_count": 5,
        "page": 1,
        "per_page": 20,
        "results": [
            {"kind": "body", **whole},
            {"kind": "cover", **whole},
            {
                "kind": "revision",
                "article_id": article.article_id,
                "title": "早点铺",
                "version": 3,
            },
            {
                "kind": "autosave",
                "article_id": None,
                "title": "未完",
                "autosave_id": autosave.autosave_id,
            },
            {"kind": "avatar"},
        ],
    }
    assert listed(editor)["results"][0]["used_in"] == 5
    second = editor.get(f"{IMAGES}/{material['id']}/uses?page=2&per_page=3").json["data"]
    assert [row["kind"] for row in second["results"]] == ["autosave", "avatar"]


def test_statements_do_not_grow_with_the_page(editor, cost):
    for number in range(12):
        used_by(editor, uploaded(editor, picture(number)), holder_id=number + 1)
    listed(editor)

    spent = []
    for size in (1, 100):
        with cost() as one:
            listed(editor, per_page=size)
        spent.append(one.sql)

    assert spent[0] == spent[1] <= 3


def test_the_uses_of_a_picture_cost_few_statements(editor, cost):
    material = uploaded(editor)
    for number in range(1, 30):
        used_by(editor, material, MaterialUseKind(number % 5 + 1), number)

    with cost() as spent:
        data = editor.get(f"{IMAGES}/{material['id']}/uses?per_page=100").json["data"]

    assert data["total_count"] == len(data["results"]) == 29
    assert spent.sql <= 6


def test_whoever_is_not_verified_gets_nothing(reader, anonymous):
    for client, status in ((reader, 403), (anonymous, 401)):
        answers = [
            sent(client),
            client.get(IMAGES),
            client.put(f"{IMAGES}/1", json={"collect": True}),
            client.delete(f"{IMAGES}/1"),
            client.get(f"{IMAGES}/1/uses"),
        ]
        assert [answer.status_code for answer in answers] == [status] * 5


@pytest.mark.parametrize("query", ["", "?collect=true", "?unused=1", "?page=2&per_page=1"])
def test_the_library_is_read_in_the_order_of_an_index(editor, query):
    for number in range(3):
        used_by(editor, uploaded(editor, picture(number)), holder_id=number + 1)
    editor.put(f"{IMAGES}/{ids(editor)[0]}", json={"collect": True})

    with selects() as seen:
        editor.get(IMAGES + query)

    asked = {
        statement: values for statement, values in seen.items() if "user_material" in statement
    }
    plans = [step for statement, values in asked.items() for step in plan_of(statement, values)]
    assert len(plans) >= 2
    assert not [step for step in plans if step.startswith("SCAN") or "TEMP B-TREE" in step]
