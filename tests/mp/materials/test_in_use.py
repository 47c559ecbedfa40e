"""Pictures that no text shows any more, but what was kept of it does: they are in use."""

from __future__ import annotations

from tests.support.harness.waiting import eventually
from tests.support.scenarios.keeping import keep
from tests.support.scenarios.library import IMAGES, ids, listed, picture, uploaded
from tests.support.scenarios.writing import PATH, saved, written


def test_pictures_of_former_versions_and_of_what_is_typed_are_not_unused(editor, channel_id):
    idle, former, typed = (uploaded(editor, picture(number)) for number in range(3))
    article_id = written(
        editor, channel_id, draft=True, content=f'<p>清晨</p><img src="{former["url"]}">'
    )
    saved(editor, article_id, channel_id, query={"draft": "true"}, content="<p>没有图了</p>")
    keep(editor, article_id, content=f'<p>又有</p><img src="{typed["url"]}">')

    # What is typed is looked at a moment later.
    eventually(lambda: ids(editor, unused=1) == [idle["id"]], what="the use", seconds=10)
    kinds = {
        material["id"]: [
            row["kind"]
            for row in editor.get(f"{IMAGES}/{material['id']}/uses").json["data"]["results"]
        ]
        for material in (idle, former, typed)
    }

    assert kinds == {idle["id"]: [], former["id"]: ["revision"], typed["id"]: ["autosave"]}
    assert [row["used_in"] for row in listed(editor)["results"]] == [1, 1, 0]

    # A text that goes takes its uses along.
    assert editor.delete(f"{PATH}/{article_id}/autosave").status_code == 204
    gone = [typed["id"], idle["id"]]
    eventually(lambda: ids(editor, unused=1) == gone, what="its end", seconds=10)
