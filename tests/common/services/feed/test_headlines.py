"""What the page at the root announces: the newest that everybody may see."""

from __future__ import annotations

import pytest

from common.services.counters import rebuilding
from common.services.feed import headlines
from common.services.feed.headlines import SUMMARY_CHARACTERS
from common.utils import media
from common.utils.constants import ArticleStatus, UserStatus
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    ChannelFactory,
    CommentFactory,
    UserFactory,
)
from tests.support.scenarios.feeding import time_passes

WITH_PICTURE = {"type": 1, "images": ["cover/ab/cd.jpg"]}

pytestmark = pytest.mark.usefixtures("runtime")


def publish(**values):
    return ArticleFactory(published=True, **values)


def newest(count=9):
    time_passes()
    return headlines.newest(count)


def test_the_newest_come_first_and_no_more_than_are_wanted():
    articles = [publish() for _ in range(5)]

    assert [each.article_id for each in newest(3)] == [
        each.article_id for each in reversed(articles[2:])
    ]


def test_the_newest_with_a_picture_stands_in_front():
    articles = [publish(), publish(cover=WITH_PICTURE), publish(), publish()]

    found = newest()

    assert [each.article_id for each in found] == [articles[n].article_id for n in (1, 3, 2, 0)]
    assert [each.picture for each in found] == ["cover/ab/cd.jpg", "", "", ""]


def test_a_headline_says_who_wrote_where_and_what_people_think_of_it():
    channel = ChannelFactory(channel_name="城市")
    author = UserFactory(user_name="旧城漫步")
    article = publish(title="题目", channel_id=channel.channel_id, user_id=author.user_id)
    CommentFactory(article_id=article.article_id)
    for _ in range(2):
        AttitudeFactory(article_id=article.article_id)
    rebuilding.rebuild()

    (found,) = newest()

    assert (found.title, found.author_name, found.channel_name) == ("题目", "旧城漫步", "城市")
    assert (found.comments, found.likes) == (1, 2)
    assert found.published_ms == article.feed_ms
    assert found.author_photo == media.avatar_key("", author.user_id)


@pytest.mark.parametrize("status", set(ArticleStatus) - {ArticleStatus.APPROVED})
def test_what_is_not_approved_is_not_announced(status):
    ArticleFactory(published=True, status=status)

    assert newest() == []


def test_what_disabled_people_wrote_is_not_announced():
    publish(user_id=UserFactory(status=UserStatus.DISABLED).user_id)

    assert newest() == []


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("<p>第一段。</p><p>第二段。</p><p>第三段。</p>", "第一段。第二段。"),
        (f"<p>{'长' * 60}</p><p>{'短' * 60}</p>", "长" * 60),
        (f"<p>{'长' * 200}</p>", "长" * (SUMMARY_CHARACTERS - 1) + "…"),
        ("<p>甲 &lt;b&gt; <strong>乙</strong></p>", "甲 <b> 乙"),
        ("<p></p>", ""),
    ],
)
def test_the_first_is_announced_with_its_beginning(body, summary):
    publish(content="<p>老的</p>")
    publish(content=body, cover=WITH_PICTURE)

    assert [each.summary for each in newest()] == [summary, ""]


def test_it_costs_two_stages_and_no_sql_once_it_is_known(cost):
    for _ in range(20):
        publish()
    newest()

    with cost() as spent:
        assert len(headlines.newest(9)) == 9

    assert spent.sql == 0
    assert spent.stages <= 2
