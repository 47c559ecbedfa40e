"""What follows when comments appear, vanish, are pinned and liked."""

from __future__ import annotations

import pytest

from common.schemas.events.comments import (
    CommentAdded,
    CommentDecided,
    CommentDeleted,
    CommentLikingChanged,
    CommentPinned,
    CommentPlace,
)
from tests.support.harness.outbox import dropped, moved

READER, AUTHOR, ARTICLE = 1, 2, 101
ABOUT = {"user_id": READER, "article_id": ARTICLE, "author_id": AUTHOR}
COMMENT = CommentPlace(comment_id=10)
REPLY = CommentPlace(comment_id=11, parent_id=10, root_id=10)
REPLY_TO_REPLY = CommentPlace(comment_id=12, parent_id=11, root_id=10)


def added(place, event=CommentAdded, **facts):
    return event(
        **ABOUT,
        comment_id=place.comment_id,
        parent_id=place.parent_id,
        root_id=place.root_id,
        **facts,
    )


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        (added(COMMENT), {"comm:10", "comm:10:reply", "art:101:comm"}),
        (added(COMMENT, CommentDecided), {"comm:10", "comm:10:reply", "art:101:comm"}),
        (
            added(REPLY_TO_REPLY),
            {"comm:12", "comm:12:reply", "comm:11:reply", "comm:10:reply"},
        ),
        (
            CommentDeleted(article_id=ARTICLE, removed=(REPLY_TO_REPLY,)),
            {"comm:12", "comm:12:reply", "comm:11:reply", "comm:10:reply"},
        ),
        (
            CommentPinned(article_id=ARTICLE, place=COMMENT),
            {"comm:10", "comm:10:reply", "art:101:comm"},
        ),
        (
            CommentLikingChanged(user_id=READER, comment_id=10, is_liked=True),
            {"user:1:comm:liking"},
        ),
    ],
)
def test_a_comment_drops_itself_and_the_lists_it_stands_in_and_no_more(event, keys):
    assert dropped(event) == keys


@pytest.mark.parametrize("event", [CommentAdded, CommentDecided])
def test_a_comment_that_waits_or_was_refused_changes_nothing_that_is_seen(event):
    hidden = added(COMMENT, event, is_visible=False)

    assert (dropped(hidden), moved(hidden)) == (set(), {})


def test_a_comment_counts_for_the_article_only():
    assert moved(added(COMMENT)) == {("art:comm", ARTICLE): 1}


def test_a_reply_counts_for_the_thread_too():
    assert moved(added(REPLY)) == {("art:comm", ARTICLE): 1, ("art:reply", 10): 1}


def test_a_reply_to_a_reply_counts_for_both_above_it():
    assert moved(added(REPLY_TO_REPLY)) == {
        ("art:comm", ARTICLE): 1,
        ("art:reply", 10): 1,
        ("art:reply", 11): 1,
    }


def test_a_thread_that_vanishes_takes_all_its_figures_along():
    figures = moved(CommentDeleted(article_id=ARTICLE, removed=(COMMENT, REPLY, REPLY_TO_REPLY)))

    assert figures == {("art:comm", ARTICLE): -3, ("art:reply", 10): -2, ("art:reply", 11): -1}


def test_a_thread_below_a_deleted_article_has_left_its_figure_already():
    removed = (COMMENT, REPLY)

    figures = moved(CommentDeleted(article_id=ARTICLE, removed=removed, is_article_forgotten=True))

    assert figures == {("art:reply", 10): -1}


@pytest.mark.parametrize(("is_liked", "amount"), [(True, 1), (False, -1)])
def test_a_like_counts_for_the_comment(is_liked, amount):
    figures = moved(CommentLikingChanged(user_id=READER, comment_id=10, is_liked=is_liked))

    assert figures == {("comm:liking", 10): amount}
