"""Two who save the same article: versions, ``ETag`` and ``If-Match`` (media-platform.md §2.13)."""

from __future__ import annotations

import pytest

from tests.support.scenarios.writing import TITLE, revisions_of, saved, version_of, written


def test_the_last_save_wins_unless_a_version_is_named(editor, channel_id):
    article_id = written(editor, channel_id)
    tag = version_of(editor, article_id)

    by_other_tab = saved(editor, article_id, channel_id, title="另一个窗口")
    refused = saved(editor, article_id, channel_id, title="这个窗口呀", headers={"If-Match": tag})
    forced = saved(editor, article_id, channel_id, title="最后的标题")

    assert by_other_tab.headers["ETag"] == '"2"'
    assert (refused.status_code, refused.json["message"]) == (409, "Article has changed.")
    assert forced.status_code == 201
    assert [each.title for each in revisions_of(article_id)] == [TITLE, "另一个窗口", "最后的标题"]


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        *[(tag, 201) for tag in ('"1"', 'W/"1"', "1", "*", '"0", "1"')],
        *[(tag, 409) for tag in ('"2"', '"x"', '""', "-1")],
    ],
)
def test_versions_are_compared_in_every_form(editor, channel_id, tag, status):
    article_id = written(editor, channel_id)

    answer = saved(editor, article_id, channel_id, title="新的标题啊", headers={"If-Match": tag})

    assert answer.status_code == status


def test_whoever_only_sets_a_time_has_to_have_the_newest_text_too(editor, channel_id):
    article_id = written(editor, channel_id)
    saved(editor, article_id, channel_id, title="另一个窗口")

    answer = saved(
        editor,
        article_id,
        channel_id,
        title="另一个窗口",
        publish_at=None,
        headers={"If-Match": '"1"'},
    )

    assert answer.status_code == 409
