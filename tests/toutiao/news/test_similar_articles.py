"""What stands beside an article is what everybody may see of it now (contract/user-app.md §8.1)."""

from __future__ import annotations

import pytest

from common.cache import news
from common.extensions.redis import cache
from common.utils.background import memories
from tests.factories import RelationFactory, UserFactory, together
from tests.support.harness.waiting import eventually
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import publish
from tests.support.scenarios.reviewing import decided
from tests.support.scenarios.writing import saved

MANY = 140  # of whom nobody keeps a copy any more


@pytest.fixture
def author(sign_in):
    """Who has written the articles beside the opened one."""
    return sign_in(UserFactory(verified=True))


@pytest.fixture
def by_another(channel_id):
    """An article beside the opened one that somebody else has written."""
    return publish(1, channel_id)[0]


@pytest.fixture
def opened(reader, channel_id, author, by_another):
    """``opened()``: the page of an article, from copies of all that it is made of."""
    (article_id,) = publish(1, channel_id)
    publish(3, channel_id, user_id=author.user.user_id)

    def page():
        answer = reader.get(f"/v1_0/articles/{article_id}")
        assert answer.status_code == 200, answer.text
        return answer.json["data"]

    eventually(lambda: len(page()["recomments"]) == 4 and cache.copies())
    page()
    return page


def test_an_article_that_got_another_title_has_it_beside_others(opened, author, admin, channel_id):
    changed = opened()["recomments"][0]["art_id"]
    keep = {"draft": "false", "keep_live": "1"}
    saved(author, changed, channel_id, query=keep, title="城市夜跑地图上线")
    decided(admin, changed)

    titles = {item["art_id"]: item["title"] for item in opened()["recomments"]}

    assert titles[changed] == "城市夜跑地图上线"


def test_articles_of_who_was_frozen_are_beside_no_other(opened, author, by_another):
    lock_out(author.user.user_id)

    assert [item["art_id"] for item in opened()["recomments"]] == [by_another]


def test_articles_of_who_was_blocked_are_beside_no_other(opened, author, reader, by_another):
    reader.post("/v1_0/user/blacklists", json={"target": author.user.user_id})

    assert [item["art_id"] for item in opened()["recomments"]] == [by_another]


def test_a_disliked_article_is_beside_others_still(opened, reader):
    disliked = opened()["recomments"][0]["art_id"]
    reader.post("/v1_0/article/dislikes", json={"target": disliked})

    assert disliked in {item["art_id"] for item in opened()["recomments"]}


def test_who_follows_very_many_follows_the_author_too(opened, reader):
    with together():
        for _ in range(MANY):
            RelationFactory(user_id=reader.user.user_id, target_user_id=UserFactory().user_id)
    reader.post("/v1_0/user/followings", json={"target": opened()["aut_id"]})

    for _ in range(2):
        assert opened()["is_followed"] is True


def test_without_sql_an_article_opens_if_what_is_beside_it_cannot_be_looked_up(opened, runtime):
    beside = opened()["recomments"]
    database = runtime.data_dir / "toutiao.db"
    aside = database.rename(database.with_suffix(".aside"))
    news.article_info.invalidate(beside[0]["art_id"])
    try:
        page = opened()
    finally:
        aside.rename(database)

    assert page["recomments"] == []
    memories.forget("candidate_pools")
    assert opened()["recomments"] == beside
