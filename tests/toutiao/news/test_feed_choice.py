"""What a reader does not want stays out of the feed and does not end it.

Contract: user-app.md §5.4, §7.1, §8.2.
"""

from __future__ import annotations

from common.utils.constants import AttitudeKind, RelationKind
from tests.factories import ArticleFactory, AttitudeFactory, UserFactory
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.feeding import ask, ids, publish, walk, walked


def dislike(user_id, article_ids):
    """A reader's dislikes, from before his first call."""
    for article_id in article_ids:
        AttitudeFactory(user_id=user_id, article_id=article_id, attitude=AttitudeKind.DISLIKE)


def test_disliked_articles_stay_out(reader, channel_id):
    published = publish(30, channel_id)
    dislike(reader.user.user_id, published[::3])

    seen = walked(reader, channel_id=channel_id)

    assert sorted(seen) == [i for i in published if i not in published[::3]]


def test_blocked_authors_stay_out(reader, channel_id):
    published = publish(12, channel_id)
    blocked = UserFactory(verified=True).user_id
    publish(30, channel_id, user_id=blocked)
    relate(reader.user.user_id, blocked, RelationKind.BLACKLIST)

    seen = walked(reader, channel_id=channel_id, with_top=1)

    assert sorted(seen) == published


def test_a_feed_that_is_nearly_all_disliked_shows_the_rest(reader, channel_id):
    oldest = publish(1, channel_id)
    blocked = UserFactory(verified=True).user_id
    publish(320, channel_id, user_id=blocked)
    relate(reader.user.user_id, blocked, RelationKind.BLACKLIST)

    pages = [ids(page) for page in walk(reader, channel_id=channel_id)]

    assert [page for page in pages if page] == [oldest]


def test_a_feed_without_anything_for_this_reader_ends_at_once(reader, channel_id):
    published = publish(40, channel_id)
    dislike(reader.user.user_id, published)

    page = ask(reader, channel_id=channel_id, with_top=1)

    assert page == {"pre_timestamp": None, "results": []}


def test_what_one_reader_dislikes_is_there_for_the_others(reader, anonymous, channel_id):
    published = publish(3, channel_id)
    dislike(reader.user.user_id, published)

    seen = walked(anonymous, channel_id=channel_id)

    assert sorted(seen) == published


def test_authors_one_follows_give_the_reason(reader, channel_id):
    article = ArticleFactory(published=True, channel_id=channel_id)
    relate(reader.user.user_id, article.user_id, RelationKind.FOLLOW)

    (item,) = ask(reader, channel_id=channel_id)["results"]

    assert item["reason"] == "follow"


def test_a_first_page_has_few_articles_of_one_author_while_there_are_others(reader, channel_id):
    publish(10, channel_id)
    for _ in range(10):
        ArticleFactory(published=True, channel_id=channel_id)
    publish(10, channel_id)

    page = ask(reader, channel_id=channel_id)

    authors = [item["aut_id"] for item in page["results"]]
    assert max(authors.count(author) for author in authors) <= 3
