"""An article's page (contract/user-app.md §8.1)."""

from __future__ import annotations

import json

import pytest

from common.extensions.redis import cache
from common.utils.background import memories
from common.utils.constants import ArticleStatus, AttitudeKind, RelationKind
from tests.factories import (
    ArticleFactory,
    AttitudeFactory,
    CommentFactory,
    UserFactory,
)
from tests.support.harness.waiting import eventually
from tests.support.scenarios.accounts import lock_out, relate
from tests.support.scenarios.feeding import publish, time_passes, withdraw

MISSING = {"message": "The article does not exist."}


def opened(client, article_id):
    """What the page shows."""
    answer = client.get(f"/v1_0/articles/{article_id}")
    assert answer.status_code == 200, answer.text
    return answer.json["data"]


@pytest.fixture
def article(runtime):
    """A published article whose author has a picture."""
    author = UserFactory(verified=True, profile_photo="https://img.example.com/u/7c20.png")
    return ArticleFactory(published=True, user_id=author.user_id, content="<p>正文</p>")


def test_a_visitor_sees_everything_and_stands_to_nothing(anonymous, article):
    page = opened(anonymous, article.article_id)

    assert page == {
        "art_id": article.article_id,
        "title": article.title,
        "pubdate": article.create_time.isoformat(timespec="seconds"),
        "content": "<p>正文</p>",
        "aut_id": article.user_id,
        "aut_name": page["aut_name"],
        "aut_photo": "https://img.example.com/u/7c20.png",
        "ch_id": article.channel_id,
        "is_followed": False,
        "attitude": -1,
        "is_collected": False,
        "comm_count": 0,
        "like_count": 0,
        "read_count": 0,
        "recomments": [],
    }
    assert type(page["attitude"]) is int
    assert len(page["pubdate"]) == 19


@pytest.mark.parametrize(
    ("attitude", "shown"), [(AttitudeKind.LIKE, 1), (AttitudeKind.DISLIKE, 0), (None, -1)]
)
def test_a_reader_sees_what_he_has_done_to_it(reader, article, attitude, shown):
    me = reader.user.user_id
    AttitudeFactory(user_id=me, article_id=article.article_id, attitude=attitude)
    relate(me, article.user_id, RelationKind.FOLLOW)

    page = opened(reader, article.article_id)

    assert (page["attitude"], page["is_followed"]) == (shown, True)
    assert type(page["attitude"]) is int


@pytest.mark.parametrize("path", ["/v1_0/articles/{}", "/app/v1_0/articles/{}", "/v1_0/article/{}",
                                  "/api/app/v1_0/articles/{}", "/v1_0/articles/{}/"])  # fmt: skip
def test_all_spellings_of_the_address_show_the_same(anonymous, article, path):
    answer = anonymous.get(path.format(article.article_id))

    assert answer.json["data"]["art_id"] == article.article_id


@pytest.mark.parametrize(
    "status",
    [ArticleStatus.DRAFT, ArticleStatus.PENDING, ArticleStatus.REJECTED, ArticleStatus.DELETED,
     ArticleStatus.BANNED],
)  # fmt: skip
def test_an_article_that_is_not_approved_does_not_exist(anonymous, author, article, status):
    opened(anonymous, article.article_id)
    withdraw(article.article_id, status)

    for client in (anonymous, author):
        answer = client.get(f"/v1_0/articles/{article.article_id}")
        assert (answer.status_code, answer.json) == (404, MISSING)


@pytest.mark.parametrize("article_id", [404, 2**53 + 1, 2**63 - 1])
def test_an_unknown_id_does_not_exist(anonymous, article_id):
    answer = anonymous.get(f"/v1_0/articles/{article_id}")

    assert (answer.status_code, answer.json) == (404, MISSING)


@pytest.mark.parametrize("article_id", ["0", "-1", "+1", "x", "1.0", "1e3", "１", "%201", "0x10",
                                        "9223372036854775808", "1" * 400])  # fmt: skip
def test_what_is_no_id_is_not_found(anonymous, article_id):
    answer = anonymous.get(f"/v1_0/articles/{article_id}")

    assert answer.status_code == 404
    assert answer.json.keys() == {"message"}


def test_an_article_vanishes_with_its_author(anonymous, article):
    opened(anonymous, article.article_id)
    lock_out(article.user_id)

    answer = anonymous.get(f"/v1_0/articles/{article.article_id}")

    assert (answer.status_code, answer.json) == (404, MISSING)


def test_an_author_the_reader_has_blocked_can_still_be_read_by_id(reader, article):
    relate(reader.user.user_id, article.user_id, RelationKind.BLACKLIST)

    assert opened(reader, article.article_id)["is_followed"] is False


def test_a_followed_author_is_one_also_when_the_process_forgot_who_wrote_what(reader, article):
    reader.post("/v1_0/user/followings", json={"target": article.user_id})
    eventually(lambda: opened(reader, article.article_id) and cache.copies())

    for _ in range(3):  # of what the page is made of
        memories.forget("article_authors")
        assert opened(reader, article.article_id)["is_followed"] is True


def test_similar_articles_are_others_of_the_channel_that_can_be_opened(reader, channel_id):
    published = publish(15, channel_id)
    blocked = UserFactory(verified=True).user_id
    hidden = publish(2, channel_id, user_id=blocked)
    relate(reader.user.user_id, blocked, RelationKind.BLACKLIST)

    similar = opened(reader, published[0])["recomments"]

    titles = {each["art_id"]: each["title"] for each in similar}
    assert 0 < len(similar) <= 10
    assert set(titles) <= set(published) - {published[0], *hidden}
    assert all(each.keys() == {"art_id", "title", "tracking"} for each in similar)
    assert all(f'"articleId":"{each["art_id"]}"' in each["tracking"] for each in similar)


TITLES = ('问"号"?', "\x01反\\斜", "</script>？", "换\n行")


def test_similar_articles_bear_their_titles_and_who_reads_them(sign_in, channel_id):
    first = ArticleFactory(published=True, channel_id=channel_id)
    others = {
        ArticleFactory(published=True, channel_id=channel_id, title=title).article_id: title
        for title in TITLES
    }
    for each in (UserFactory(), UserFactory(), None):
        client = sign_in(each)
        who = "" if each is None else str(each.user_id)

        similar = opened(client, first.article_id)["recomments"]

        assert {item["art_id"]: item["title"] for item in similar} == others
        for item in similar:
            token = json.loads(item["tracking"])
            assert token["userId"].startswith(who)
            assert token["articleId"] == str(item["art_id"])


def test_a_similar_article_that_vanished_takes_no_other_along(anonymous, channel_id):
    published = publish(5, channel_id)
    opened(anonymous, published[0])
    withdraw(published[3])

    similar = opened(anonymous, published[0])["recomments"]

    assert {each["art_id"] for each in similar} == {*published[1:3], published[4]}


def test_stored_pictures_have_an_address_that_the_browser_can_reach(anonymous, runtime):
    article = ArticleFactory(
        published=True,
        content='<p><img src="/media/ab/cd.png"><img src="https://img.example.com/x.png"></p>',
    )

    page = anonymous.get(f"/v1_0/articles/{article.article_id}", base_url="https://news.test:8443")

    assert page.json["data"]["content"] == (
        '<p><img src="https://news.test:8443/media/ab/cd.png">'
        '<img src="https://img.example.com/x.png"></p>'
    )


def test_an_author_without_a_picture_has_the_default_one(anonymous):
    article = ArticleFactory(published=True)

    photo = opened(anonymous, article.article_id)["aut_photo"]

    assert photo.startswith("http://localhost/media/")


def test_head_answers_without_a_body(anonymous, article):
    answer = anonymous.head(f"/v1_0/articles/{article.article_id}")

    assert answer.status_code == 200
    assert answer.data == b""


def test_figures_follow_what_happens(reader, article):
    reader.post("/v1_0/comments", json={"target": article.article_id, "content": "好"})

    assert opened(reader, article.article_id)["comm_count"] == 1


@pytest.mark.settings(redis_store_url="redis://127.0.0.1:9", redis_cache_url="redis://127.0.0.1:9")
def test_an_article_opens_without_redis(reader, channel_id):
    article = ArticleFactory(
        published=True, channel_id=channel_id, statistic={"like_count": 7, "read_count": 9}
    )
    CommentFactory(article_id=article.article_id)
    time_passes()

    page = opened(reader, article.article_id)

    assert (page["like_count"], page["read_count"]) == (7, 9)


@pytest.mark.parametrize("trace", ["", "x", "{}", "\\r\\nx: y", '{"action":"click"}', "x" * 4000])
def test_whatever_the_trace_header_says_the_article_opens(anonymous, article, trace):
    answer = anonymous.get(f"/v1_0/articles/{article.article_id}", headers={"Trace": trace})

    assert answer.status_code == 200
