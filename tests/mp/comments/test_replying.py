"""Replying at the editors' door (media-platform.md §2.18)."""

from __future__ import annotations

import pytest

from common.utils.constants import CommentStatus, RelationKind
from tests.factories import ArticleFactory, CommentFactory, SensitiveWordFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.telling import notifications

COMMENTS = "/mp/v1_0/comments"


def reply(client, to, **changes):
    body = {"target": to.comment_id, "content": "明早见", "art_id": to.article_id}
    return client.post(COMMENTS, json=body | changes)


def listed(client, kind, source):
    query = {"type": kind, "source": source}
    return client.get("/v1_0/comments", query_string=query).json["data"]["results"]


def figures(client, comment):
    """Comments of the article, replies of the comment, as readers see them."""
    article = client.get(f"/v1_0/articles/{comment.article_id}").json["data"]
    shown = listed(client, "a", comment.article_id)
    replies = {each["com_id"]: each["reply_count"] for each in shown}
    return article["comm_count"], replies.get(comment.comment_id)


def test_a_reply_shows_at_once_and_counts(editor, anonymous, comment):
    relay_everything()
    before = figures(anonymous, comment)

    answer = reply(editor, comment)

    data = answer.json["data"]
    assert answer.status_code == 201
    assert {name: data[name] for name in ("target", "art_id")} == {
        "target": comment.comment_id,
        "art_id": comment.article_id,
    }
    assert (data["new_obj"]["com_id"], data["new_obj"]["content"]) == (data["com_id"], "明早见")
    assert [data["new_obj"][name] for name in ("is_top", "is_liking")] == [0, 0]
    (shown,) = listed(anonymous, "c", comment.comment_id)
    assert shown["com_id"] == data["com_id"]
    assert figures(anonymous, comment) == (before[0] + 1, before[1] + 1)


def test_a_reply_to_a_reply_stays_in_its_thread(editor, comment):
    first = CommentFactory(to=comment)

    second = reply(editor, first).json["data"]["com_id"]

    assert [each["com_id"] for each in listed(editor, "c", comment.comment_id)] == [
        second,
        first.comment_id,
    ]
    assert [each["com_id"] for each in listed(editor, "c", first.comment_id)] == [second]


def test_an_editor_may_reply_below_articles_of_others(editor, foreign):
    assert reply(editor, foreign).status_code == 201


def test_who_is_answered_is_told_but_nobody_of_himself(editor, article, comment):
    own = CommentFactory(article_id=article.article_id, user_id=editor.user.user_id)

    for to in (comment, own):
        reply(editor, to)
    relay_everything()

    (told,) = notifications()
    assert (told.user_id, told.actor_id) == (comment.user_id, editor.user.user_id)


def test_with_the_article_as_target_it_is_a_comment_on_it(editor, article):
    body = {"target": article.article_id, "content": "置顶说明", "art_id": article.article_id}

    answer = editor.post(COMMENTS, json=body)

    (shown,) = listed(editor, "a", article.article_id)
    assert answer.status_code == 201
    assert shown["com_id"] == answer.json["data"]["com_id"]


def test_ids_may_be_texts(editor, comment):
    texts = {"target": str(comment.comment_id), "art_id": str(comment.article_id)}

    assert reply(editor, comment, **texts).json["data"]["target"] == comment.comment_id


def test_a_sensitive_word_waits_for_an_operator_and_only_its_writer_knows(
    editor, anonymous, comment
):
    SensitiveWordFactory(word="坏词")

    answer = reply(editor, comment, content="坏词")

    assert answer.status_code == 201
    assert answer.json["data"]["new_obj"]["content"] == "坏词"
    assert listed(anonymous, "c", comment.comment_id) == []


def test_a_closed_article_takes_no_reply_of_anybody(editor, reader, article, comment):
    editor.put(
        f"/mp/v1_0/comments/status?article_id={article.article_id}", json={"allow_comment": False}
    )

    mine = reply(editor, comment)
    body = {"target": comment.comment_id, "content": "?", "art_id": article.article_id}
    theirs = reader.post("/v1_0/comments", json=body)

    assert (mine.status_code, mine.json) == (403, {"message": "Article denied comment."})
    assert (theirs.status_code, theirs.json) == (400, {"message": "Article denied comment."})
    assert len(listed(reader, "a", article.article_id)) == 1


def test_who_is_blocked_by_who_is_answered_is_refused(editor, comment):
    relate(comment.user_id, editor.user.user_id, RelationKind.BLACKLIST)

    answer = reply(editor, comment)

    assert (answer.status_code, answer.json) == (403, {"message": "User denied by target."})


@pytest.mark.parametrize("status", [each for each in CommentStatus if each != 1])
def test_what_is_not_shown_cannot_be_answered(editor, article, status):
    gone = CommentFactory(article_id=article.article_id, status=status)

    answer = reply(editor, gone)

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target comment id."})


def test_a_comment_of_another_article_is_no_target(editor, article, foreign):
    answer = reply(editor, foreign, art_id=article.article_id)

    assert (answer.status_code, answer.json) == (400, {"message": "Invalid target comment id."})


def test_an_article_that_is_not_approved_takes_none_though_it_be_ones_own(editor):
    draft = ArticleFactory(user_id=editor.user.user_id)
    comment = CommentFactory(article_id=draft.article_id)

    answer = reply(editor, comment)

    assert answer.status_code == 400
    assert answer.json["errors"] == {"art_id": "Invalid target article id."}


def test_what_is_wrong_is_named_in_order(refuses, comment):
    missing = "Missing required parameter in the JSON body"
    good = {"target": comment.comment_id, "content": "x", "art_id": comment.article_id}
    article = {"art_id": "Invalid target article id."}
    long = {"content": 'Value does not match pattern: "^.{1,1000}$"'}
    cases = [
        ({}, {"target": missing}),
        (good | {"target": None}, {"target": missing}),
        (good | {"target": "x"}, {"target": "x is not a valid integer"}),
        (good | {"target": 1.5}, {"target": "1.5 is not a valid integer"}),
        ({"target": 1}, {"content": missing}),
        (good | {"content": 7}, long),
        (good | {"content": "字" * 1001}, long),
        ({"target": 1, "content": "x"}, {"art_id": missing}),
        (good | {"art_id": None}, {"art_id": missing}),
        (good | {"art_id": "x"}, article),
        (good | {"art_id": 404}, article),
        (good | {"content": " \u200b\n"}, "Empty content."),
        (good | {"content": ""}, "Empty content."),
        (good | {"target": 404}, "Invalid target comment id."),
    ]

    refuses("POST", COMMENTS, [({"json": body}, told) for body, told in cases])
