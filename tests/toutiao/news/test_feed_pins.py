"""Pinned articles: in front of what is new, and nowhere else (user-app.md §7.1)."""

from __future__ import annotations

import pytest

from common.utils.constants import AttitudeKind, RelationKind
from tests.factories import ArticleFactory, AttitudeFactory
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.feeding import (
    DIALECTS,
    ask,
    ids,
    now_ms,
    pin,
    publish,
    publish_now,
    time_passes,
    walk,
    walked,
    withdraw,
)


def top(page):
    """The pinned articles of a page, in order."""
    return [item["art_id"] for item in page["results"] if item["is_top"]]


@pytest.fixture
def pinned(channel_id):
    """Three pinned articles among 23, best pin first; neither the newest nor the hottest."""
    published = publish(23, channel_id)
    pin(channel_id, published[4], published[15], published[9])
    return [published[4], published[15], published[9]]


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_a_walk_that_always_asks_for_pins_gets_them_once(anybody, channel_id, pinned, dialect):
    pages = list(walk(anybody, dialect, channel_id=channel_id, with_top=1))

    seen = [i for page in pages for i in ids(page)]
    assert top(pages[0]) == ids(pages[0])[:3] == pinned
    assert not any(top(page) for page in pages[1:])
    assert len(seen) == len(set(seen)) == 23


def test_pins_are_additional_to_a_page(anybody, channel_id, pinned):
    page = ask(anybody, channel_id=channel_id, with_top=1)

    assert len(page["results"]) == 13
    assert not set(ids(page)[3:]) & set(pinned)


def test_a_walk_without_pins_has_the_same_articles_in_their_place(anybody, channel_id, pinned):
    pages = list(walk(anybody, channel_id=channel_id))

    seen = [i for page in pages for i in ids(page)]
    assert not any(top(page) for page in pages)
    assert len(seen) == len(set(seen)) == 23


def test_pins_asked_for_once_are_not_repeated_further_down(somebody, channel_id, pinned):
    first = ask(somebody, channel_id=channel_id, with_top=1)
    rest = walked(somebody, channel_id=channel_id, timestamp=first["pre_timestamp"], with_top=0)

    seen = ids(first) + rest
    assert len(seen) == len(set(seen)) == 23


def test_every_refresh_shows_the_pins_again_and_older_pages_do_not(anybody, channel_id, pinned):
    for _ in range(3):
        pages = list(walk(anybody, channel_id=channel_id, with_top=1))
        seen = [i for page in pages for i in ids(page)]
        assert top(pages[0]) == pinned
        assert len(seen) == len(set(seen)) == 23


def test_a_call_repeated_at_once_shows_the_pins_again(anybody, channel_id, pinned):
    asked = now_ms()

    first, again = (
        ask(anybody, channel_id=channel_id, timestamp=asked, with_top=1) for _ in range(2)
    )

    assert ids(first) == ids(again)
    assert top(again) == pinned


@pytest.mark.parametrize("age_ms", [61_000, 3_600_000])
def test_an_older_call_shows_no_pins(anybody, channel_id, pinned, age_ms):
    page = ask(anybody, channel_id=channel_id, timestamp=now_ms() - age_ms, with_top=1)

    assert top(page) == []
    assert len(page["results"]) == 10


def test_the_next_page_of_articles_published_this_minute_shows_no_pins(anybody, channel_id):
    (pinned,) = publish(1, channel_id)
    pin(channel_id, pinned)
    new = [publish_now(channel_id) for _ in range(25)]

    pages = list(walk(anybody, channel_id=channel_id, with_top=1))

    assert [top(page) for page in pages if top(page)] == [[pinned]]
    assert sorted(i for page in pages for i in ids(page)) == sorted([pinned, *new])


def test_pins_alone_are_a_page_and_then_the_end(anybody, channel_id):
    published = publish(2, channel_id)
    pin(channel_id, *published)

    pages = list(walk(anybody, channel_id=channel_id, with_top=1))

    assert [top(page) for page in pages] == [published, []]


def test_a_pin_of_another_channel_counts_too(anybody, channel_id):
    elsewhere = ArticleFactory(published=True).article_id
    published = publish(11, channel_id)
    pin(channel_id, elsewhere)

    pages = list(walk(anybody, channel_id=channel_id, with_top=1))

    assert top(pages[0]) == [elsewhere]
    assert sorted(i for page in pages for i in ids(page)) == sorted([elsewhere, *published])


def test_a_pinned_article_that_was_withdrawn_is_not_shown(anybody, channel_id, pinned):
    withdraw(pinned[0])

    page = ask(anybody, channel_id=channel_id, with_top=1)

    assert top(page) == pinned[1:]


def test_pins_of_a_blocked_author_and_disliked_pins_stay_away(reader, channel_id):
    blocked, disliked, fine = (
        ArticleFactory(published=True, channel_id=channel_id) for _ in range(3)
    )
    relate(reader.user.user_id, blocked.user_id, RelationKind.BLACKLIST)
    AttitudeFactory(
        user_id=reader.user.user_id, article_id=disliked.article_id, attitude=AttitudeKind.DISLIKE
    )
    pin(channel_id, blocked.article_id, disliked.article_id, fine.article_id)

    pages = list(walk(reader, channel_id=channel_id, with_top=1))

    assert [top(page) for page in pages if page["results"]] == [[fine.article_id]]


def test_a_pin_made_between_pages_neither_repeats_nor_hides_its_article(somebody, channel_id):
    published = publish(35, channel_id)
    pages = walk(somebody, channel_id=channel_id, with_top=1)
    seen = ids(next(pages))

    pin(channel_id, seen[0], next(i for i in published if i not in seen))
    time_passes()
    seen += [i for page in pages for i in ids(page)]

    assert sorted(seen) == published


def test_a_new_pin_is_not_shown_again_in_the_older_pages_below_it(somebody, channel_id):
    published = publish(35, channel_id)
    seen = walked(somebody, channel_id=channel_id, with_top=1)
    pin(channel_id, seen[-1])
    publish_now(channel_id)
    time_passes()

    again = walked(somebody, channel_id=channel_id, with_top=1)

    assert again[0] == seen[-1]
    assert len(again) == len(set(again)) == len(published) + 1


def test_pinned_items_have_no_trace(anybody, channel_id, pinned):
    page = ask(anybody, channel_id=channel_id, with_top=1)

    assert ["trace" in item for item in page["results"]] == [False] * 3 + [True] * 10


@pytest.mark.parametrize("word", ["1", "true", "True", "TRUE"])
def test_pins_are_asked_for_in_any_spelling(anonymous, channel_id, pinned, word):
    assert top(ask(anonymous, channel_id=channel_id, with_top=word)) == pinned
