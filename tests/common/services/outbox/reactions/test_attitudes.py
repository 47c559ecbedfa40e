"""What follows when readers like and dislike articles."""

from __future__ import annotations

import pytest

from common.schemas.events.attitudes import AttitudeChanged
from common.utils.constants import AttitudeKind
from tests.support.harness.outbox import dropped, moved

LIKE, DISLIKE = AttitudeKind.LIKE, AttitudeKind.DISLIKE
READER, AUTHOR, ARTICLE = 1, 2, 101


def changed(before, after, **article):
    return AttitudeChanged(
        user_id=READER,
        article_id=ARTICLE,
        author_id=AUTHOR,
        before=before,
        after=after,
        **article,
    )


def test_an_attitude_drops_the_reader_s_attitudes_and_no_more():
    assert dropped(changed(None, LIKE)) == {"user:1:art:attitude"}


@pytest.mark.parametrize(
    ("before", "after", "likes", "dislikes"),
    [
        (None, LIKE, 1, 0),
        (None, DISLIKE, 0, 1),
        (LIKE, DISLIKE, -1, 1),
        (DISLIKE, LIKE, 1, -1),
        (LIKE, None, -1, 0),
        (DISLIKE, None, 0, -1),
    ],
)
def test_an_attitude_counts_for_the_article_and_a_like_for_its_author(
    before, after, likes, dislikes
):
    expected = {
        ("art:liking", ARTICLE): likes,
        ("art:dislike", ARTICLE): dislikes,
        ("user:liked", AUTHOR): likes,
    }
    assert moved(changed(before, after)) == {
        figure: amount for figure, amount in expected.items() if amount
    }


def test_a_like_taken_back_from_a_withdrawn_article_has_left_its_author_already():
    figures = moved(changed(LIKE, None, is_article_approved=False))

    assert figures == {("art:liking", ARTICLE): -1}


def test_a_like_taken_back_from_a_deleted_article_is_in_no_figure_any_more():
    figures = moved(changed(LIKE, None, is_article_approved=False, is_article_forgotten=True))

    assert figures == {}
