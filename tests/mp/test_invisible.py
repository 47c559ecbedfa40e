"""What cannot be seen says nothing, wherever something has to be said (media-platform.md §1.6)."""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory, CommentFactory
from tests.support.harness.snapshots import snapshot
from tests.support.scenarios.keeping import keep, restore
from tests.support.scenarios.writing import PATH, form_of, sent, written

UNSEEN = ["\u200b", "\u2800", "\u3164", "\ufeff", "\u00ad", "\U000e0041", "\u200b \u2800"]
TOO_SHORT = {"title": 'Value does not match pattern: "^.{5,30}$"'}
EMPTY = {"content": 'Value does not match pattern: "^.{1,}$"'}


@pytest.mark.parametrize("each", UNSEEN, ids=lambda text: f"{ord(text[0]):x}-{len(text)}")
@pytest.mark.parametrize("draft", ["true", "false"])
def test_an_article_needs_a_title_and_a_text_that_can_be_seen(
    editor, runtime, channel_id, each, draft
):
    before = snapshot(runtime)
    refused = [
        ({"title": each * 5}, TOO_SHORT),
        ({"title": f"字{each.replace(' ', '') * 3}字"}, TOO_SHORT),
        ({"title": f"{each}    字{each}"}, TOO_SHORT),
        ({"content": each * 3}, EMPTY),
        ({"content": f"<p>{each}</p><ul><li>{each}</li></ul>"}, EMPTY),
        ({"content": f"<p>&#x{ord(each[0]):x};</p>"}, EMPTY),
    ]

    for changes, errors in refused:
        answer = editor.post(PATH, json=sent(channel_id, **changes), query_string={"draft": draft})
        assert (answer.status_code, answer.json.get("errors")) == (400, errors), changes

    assert snapshot(runtime) == before


def test_what_can_be_seen_keeps_what_shapes_it(editor, channel_id):
    title = "👨\u200d👩\u200d👧\u200d👦的早餐铺"

    article_id = written(editor, channel_id, title=title, content="<p>\u200b字</p>")

    assert form_of(editor, article_id)["title"] == title
    assert form_of(editor, article_id)["content"] == "<p>\u200b字</p>"


def test_what_was_typed_is_no_article_while_nothing_is_seen(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)
    whole = {"title": "打出来的标题", "content": "<p>字</p>", "channel_id": channel_id}
    for lacking, errors in (
        ({"title": "\u2800" * 6}, TOO_SHORT),
        ({"content": "<p>\u2800</p>"}, EMPTY),
    ):
        keep(editor, article_id, **(whole | lacking))

        answer = restore(editor, article_id, 0)

        assert (answer.status_code, answer.json.get("errors")) == (400, errors)


@pytest.mark.parametrize("each", UNSEEN, ids=lambda text: f"{ord(text[0]):x}-{len(text)}")
def test_no_comment_appeal_or_name_is_invisible(editor, reader, runtime, each):
    article = ArticleFactory(published=True, user_id=editor.user.user_id)
    comment = CommentFactory(article_id=article.article_id)
    rejected = ArticleFactory(user_id=editor.user.user_id, status=3)
    before = snapshot(runtime)
    answers = [
        editor.post(
            "/mp/v1_0/comments",
            json={
                "target": comment.comment_id,
                "art_id": article.article_id,
                "content": each * 2,
            },
        ),
        reader.post("/v1_0/comments", json={"target": article.article_id, "content": each * 2}),
        editor.post(f"{PATH}/{rejected.article_id}/appeals", json={"text": each * 2}),
        editor.patch("/mp/v1_0/user/profile", json={"name": each * 2}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert snapshot(runtime) == before


def test_an_introduction_that_shows_nothing_is_empty(editor):
    answer = editor.patch("/mp/v1_0/user/profile", json={"intro": "\u2800\u200b"})

    assert answer.status_code == 201
    assert editor.get("/mp/v1_0/user/profile").json["data"]["intro"] == ""
