"""Former versions of an own article (contract/additions.md §2, history)."""

from __future__ import annotations

import pytest

from common.extensions.db import db, refresh_view
from common.models import MaterialUse
from common.utils import media
from common.utils.constants import MaterialUseKind
from tests.factories import ArticleFactory, MaterialFactory, UserFactory
from tests.support.scenarios.keeping import (
    DRAFT,
    keep,
    listed,
    read,
    restore,
    versions,
)
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    TITLE,
    approve,
    body_of,
    revisions_of,
    saved,
    version_of,
    written,
)

MISSING_VERSION = {"message": "Version not exists."}
MISSING_ARTICLE = {"message": "Article not exists."}


def test_the_history_names_deliberate_saves_and_first_what_was_typed(editor, article_id, save):
    save("<p>二</p>", title="第二版的标题")
    keep(editor, article_id, title="打字", base_version=2)

    data = listed(editor, article_id)

    assert (data["total_count"], data["page"], data["per_page"]) == (3, 1, 50)
    times = [each.pop("saved_at") for each in data["results"]]
    assert all(times)
    common = {"status": 0, "is_autosave": False, "is_current": False, "base_version": None}
    assert data["results"] == [
        {**common, "version": 0, "title": "打字", "is_autosave": True, "base_version": 2},
        {**common, "version": 2, "title": "第二版的标题", "is_current": True},
        {**common, "version": 1, "title": TITLE},
    ]


def test_a_save_without_change_makes_no_version(editor, article_id, save):
    for _ in range(3):
        assert save(CONTENT) == 1

    assert versions(editor, article_id) == [1]


def test_a_version_is_read_as_it_was_saved(editor, article_id, save, channel_id):
    save(f'<p>二</p><img src="{media.prefix()}material/a.png">')

    answer = read(editor, article_id, 2)

    assert answer.json["data"].pop("saved_at")
    assert answer.json["data"] | {"saved_at": ""} == {
        "version": 2,
        "is_autosave": False,
        "title": TITLE,
        "content": f'<p>二</p><img src="{media.prefix()}material/a.png">',
        "cover": {"type": 0, "images": []},
        "channel_id": channel_id,
        "status": 0,
        "base_version": None,
        "saved_at": "",
    }


def test_fifty_saved_versions_are_kept_and_published_ones_always(editor, article_id, save):
    for number in range(2, 6):
        save(f"<p>{number}</p>")
    approve(article_id)  # version 5
    for number in range(6, 68):
        save(f"<p>{number}</p>")

    assert versions(editor, article_id, per_page=100) == [*range(67, 17, -1), 5]
    assert listed(editor, article_id)["total_count"] == 51

    for number in range(68, 71):
        save(f"<p>{number}</p>")
    refresh_view()
    assert [row.version for row in revisions_of(article_id)] == [5, *range(21, 71)]
    assert read(editor, article_id, 20).json == MISSING_VERSION
    assert read(editor, article_id, 5).json["data"]["content"] == "<p>5</p>"


def test_a_version_that_is_given_up_uses_its_pictures_no_longer(editor, article_id, save):
    key = MaterialFactory(user_id=editor.user.user_id).url
    save(f'<p>图</p><img src="{media.prefix()}{key}">')
    for number in range(3, 61):
        save(f"<p>{number}</p>")

    refresh_view()
    uses = db.session.query(MaterialUse).filter_by(kind=MaterialUseKind.REVISION)
    assert uses.count() == 0


def test_pages_of_the_history_follow_on_one_another(editor, article_id, save):
    for number in range(2, 8):
        save(f"<p>{number}</p>")
    keep(editor, article_id, title="打字")

    pages = [versions(editor, article_id, page=page, per_page=3) for page in (1, 2, 3, 4)]

    assert pages == [[0, 7, 6], [5, 4, 3], [2, 1], []]


def test_the_history_costs_five_statements(editor, article_id, save, cost):
    for number in range(2, 30):
        save(f"<p>{number}</p>")

    with cost() as spent:
        listed(editor, article_id)

    assert spent.sql <= 5


def test_a_version_says_what_it_changed(editor, article_id, save):
    save("<p>清晨五点，蒸笼刚冒热气。</p><p>完</p>", title="老城墙下的面馆")

    diff = editor.get(f"{PATH}/{article_id}/revisions/2/diff").json["data"]

    assert (diff["version"], diff["base"], diff["members"]) == (2, 1, ["title", "content"])
    assert [block["kind"] for block in diff["blocks"]] == ["changed", "added"]
    assert diff["blocks"][0]["marks"] == [
        {"kind": "same", "text": "清晨"},
        {"kind": "removed", "text": "六"},
        {"kind": "added", "text": "五"},
        {"kind": "same", "text": "点，蒸笼刚冒热气。"},
    ]


def test_any_two_versions_can_be_compared_and_what_was_typed(editor, article_id, save):
    save("<p>二</p>")
    save("<p>三</p>")
    keep(editor, article_id, title=TITLE, content="<p>三</p><p>四</p>")
    path = f"{PATH}/{article_id}/revisions"

    first = editor.get(f"{path}/1/diff").json["data"]
    three_with_one = editor.get(f"{path}/3/diff?with=1").json["data"]
    typed = editor.get(f"{path}/0/diff").json["data"]

    assert (first["base"], [block["kind"] for block in first["blocks"]]) == (None, ["added"])
    assert three_with_one["base"] == 1
    assert typed["base"] == 3
    assert [block["kind"] for block in typed["blocks"]] == ["same", "added"]


@pytest.mark.parametrize("version", [0, 7, 2**32 - 1])
def test_a_version_that_does_not_exist_is_not_found(editor, article_id, version):
    path = f"{PATH}/{article_id}/revisions/{version}"
    answers = [editor.get(path), editor.get(f"{path}/diff"), editor.post(f"{path}/restore")]

    assert [(answer.status_code, answer.json) for answer in answers] == [(404, MISSING_VERSION)] * 3
    assert version_of(editor, article_id) == '"1"'


def test_the_history_of_one_article_never_shows_anothers(editor, article_id, save, channel_id):
    other = written(editor, channel_id, draft=True, content="<p>另一篇</p>")
    saved(editor, other, channel_id, query=DRAFT, content="<p>另一篇的第二版</p>")
    saved(editor, other, channel_id, query=DRAFT, content="<p>另一篇的第三版</p>")
    keep(editor, other, title="另一篇的字")
    save("<p>二</p>")

    assert versions(editor, article_id) == [2, 1]
    assert [read(editor, article_id, each).status_code for each in (0, 1, 2, 3)] == [
        404,
        200,
        200,
        404,
    ]
    assert "另一篇" not in editor.get(f"{PATH}/{article_id}/revisions/2/diff").text
    restore(editor, article_id, 1)
    assert body_of(other).content == "<p>另一篇的第三版</p>"


def test_the_history_is_the_authors_alone(editor, sign_in, article_id, save):
    save("<p>二</p>")
    keep(editor, article_id, title="打字")
    stranger = sign_in(UserFactory(verified=True))
    path = f"{PATH}/{article_id}/revisions"

    answers = [
        stranger.get(path),
        stranger.get(f"{path}/0"),
        stranger.get(f"{path}/1"),
        stranger.get(f"{path}/1/diff"),
    ]
    restored = [stranger.post(f"{path}/{version}/restore") for version in (0, 1)]

    assert [(answer.status_code, answer.json) for answer in answers] == [(404, MISSING_ARTICLE)] * 4
    assert [answer.status_code for answer in restored] == [400, 400]
    assert restored[0].json == restored[1].json
    assert body_of(article_id).content == "<p>二</p>"


def test_what_was_there_before_anybody_kept_versions_is_kept_with_the_first_save(
    editor, channel_id
):
    article = ArticleFactory(
        published=True, user_id=editor.user.user_id, content="<p>导入的正文</p>"
    )
    saved(editor, article.article_id, channel_id, query=DRAFT, content="<p>改</p>")

    rows = listed(editor, article.article_id)["results"]

    assert [(row["version"], row["status"]) for row in rows] == [(2, 0), (1, 2)]
    assert read(editor, article.article_id, 1).json["data"]["content"] == "<p>导入的正文</p>"


@pytest.mark.parametrize("version", ["-1", 2**32, "9" * 5000, "１", "x", "1.0"])
def test_what_is_no_number_of_a_version_is_no_address(editor, article_id, version):
    answer = read(editor, article_id, version)

    assert answer.status_code == 404
    assert answer.json["message"].startswith("The requested URL was not found")
