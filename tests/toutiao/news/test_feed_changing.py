"""A feed that changes while it is read: nothing twice, nothing that was there left out.

Contract: user-app.md §7.1.
"""

from __future__ import annotations

import pytest

from common.utils.constants import ArticleStatus
from tests.factories import UserFactory
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import (
    ask,
    ban,
    bring_back,
    ids,
    now_ms,
    publish,
    publish_now,
    time_passes,
    walk,
    walked,
    withdraw,
)


def test_articles_published_between_pages_shift_nothing(anybody, channel_id):
    published = publish(35, channel_id)
    seen, new = [], []

    for page in walk(anybody, channel_id=channel_id, with_top=1):
        seen += ids(page)
        new += [publish_now(channel_id) for _ in range(3)]
        time_passes()

    assert len(set(seen)) == len(seen)
    assert set(published) <= set(seen)
    assert set(seen) <= {*published, *new}


@pytest.mark.parametrize("status", [ArticleStatus.BANNED, ArticleStatus.DELETED])
def test_articles_withdrawn_between_pages_shift_nothing(anybody, channel_id, status):
    published = publish(44, channel_id)
    vanishing = published[::4]
    seen: list[int] = []
    gone: list[int] = []

    for page in walk(anybody, channel_id=channel_id):
        assert not set(ids(page)) & set(gone)
        seen += ids(page)
        for article_id in vanishing[len(gone) : len(gone) + 2]:
            withdraw(article_id, status)
            gone.append(article_id)

    assert len(set(seen)) == len(seen)
    assert set(published) - set(vanishing) <= set(seen)


def test_a_withdrawn_article_is_gone_a_second_later(anybody, channel_id):
    published = publish(5, channel_id)
    ask(anybody, channel_id=channel_id)

    withdraw(published[2])
    time_passes()
    fresh = ask(anybody, channel_id=channel_id, timestamp=now_ms())

    assert published[2] not in ids(fresh)


def test_what_came_back_is_in_the_next_walk_once(anybody, channel_id):
    published = publish(35, channel_id)
    ban(*published[:12])
    walked(anybody, channel_id=channel_id)

    bring_back(*published[:12])
    time_passes()

    assert sorted(walked(anybody, channel_id=channel_id)) == published


def test_what_was_published_since_the_last_walk_is_in_the_next_one_once(anybody, channel_id):
    published = publish(15, channel_id)
    walked(anybody, channel_id=channel_id)

    new = [publish_now(channel_id) for _ in range(24)]
    time_passes()

    assert sorted(walked(anybody, channel_id=channel_id)) == published + new


def test_news_between_refreshes_of_a_walk_never_finished_is_not_lost(somebody, channel_id):
    published = publish(25, channel_id)
    for _ in range(3):
        ask(somebody, channel_id=channel_id)
        published += [publish_now(channel_id) for _ in range(13)]
        time_passes()

    assert sorted(walked(somebody, channel_id=channel_id)) == published


def test_an_author_who_is_locked_out_takes_his_articles_along(anybody, channel_id):
    others = publish(12, channel_id)
    author = UserFactory(verified=True)
    publish(12, channel_id, user_id=author.user_id)
    ask(anybody, channel_id=channel_id)

    lock_out(author.user_id)
    time_passes()

    assert sorted(walked(anybody, channel_id=channel_id)) == others


def test_pages_whose_articles_all_vanished_do_not_end_the_feed(anybody, channel_id):
    oldest = publish(3, channel_id)
    vanishing = publish(120, channel_id)
    newest = publish(12, channel_id)
    pages = walk(anybody, channel_id=channel_id, with_top=1)
    seen = ids(next(pages))

    ban(*vanishing)
    seen += [i for page in pages for i in ids(page)]

    assert set(oldest + newest) <= set(seen)
    assert len(set(seen)) == len(seen)
