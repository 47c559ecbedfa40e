"""Liking and disliking articles (user-app.md §8.2, §8.3)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, transaction
from common.models import Article, Attitude, Notification
from common.utils.constants import ArticleStatus, AttitudeKind
from tests.factories import ArticleFactory, AttitudeFactory, UserFactory
from tests.support.harness.outbox import relay_everything
from tests.support.scenarios.accounts import let_in, lock_out
from tests.support.scenarios.feeding import bring_back, withdraw

LIKINGS = "/v1_0/article/likings"
DISLIKES = "/v1_0/article/dislikes"
BOTH = [LIKINGS, DISLIKES]
ATTITUDES = {LIKINGS: 1, DISLIKES: 0}
INVALID = {
    "message": "target: Invalid target article id.",
    "errors": {"target": "Invalid target article id."},
}


@pytest.fixture
def article(runtime):
    """A published article."""
    return ArticleFactory(published=True)


def page(client, article):
    return client.get(f"/v1_0/articles/{article.article_id}").json["data"]


def received(client, article):
    return client.get(f"/v1_0/users/{article.user_id}").json["data"]["like_count"]


@pytest.mark.parametrize("path", BOTH)
def test_an_attitude_shows_at_once(reader, article, path):
    answer = reader.post(path, json={"target": str(article.article_id)})

    assert answer.status_code == 201
    assert answer.json == {"message": "OK", "data": {"target": article.article_id}}
    assert page(reader, article)["attitude"] == ATTITUDES[path]


def test_a_like_counts_for_the_article_and_its_author(reader, article):
    for _ in range(2):
        reader.post(LIKINGS, json={"target": article.article_id})

    assert page(reader, article)["like_count"] == 1
    assert received(reader, article) == 1


def test_a_dislike_replaces_a_like_with_all_its_figures(reader, article):
    reader.post(LIKINGS, json={"target": article.article_id})
    reader.post(DISLIKES, json={"target": article.article_id})
    disliked = page(reader, article), received(reader, article)
    reader.post(LIKINGS, json={"target": article.article_id})
    liked = page(reader, article), received(reader, article)

    assert (disliked[0]["attitude"], disliked[0]["like_count"], disliked[1]) == (0, 0, 0)
    assert (liked[0]["attitude"], liked[0]["like_count"], liked[1]) == (1, 1, 1)


@pytest.mark.parametrize("path", BOTH)
def test_an_attitude_taken_back_is_gone(reader, article, path):
    reader.post(path, json={"target": article.article_id})

    answers = [reader.delete(f"{path}/{article.article_id}") for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert page(reader, article)["attitude"] == -1
    assert (page(reader, article)["like_count"], received(reader, article)) == (0, 0)


@pytest.mark.parametrize(("path", "other"), [BOTH, BOTH[::-1]])
def test_taking_back_the_other_attitude_changes_nothing(reader, article, path, other):
    reader.post(path, json={"target": article.article_id})

    answer = reader.delete(f"{other}/{article.article_id}")

    assert answer.status_code == 204
    assert page(reader, article)["attitude"] == ATTITUDES[path]


@pytest.mark.parametrize("path", BOTH)
def test_taking_back_what_never_was_leaves_no_row(reader, article, path):
    answers = [reader.delete(f"{path}/{id_}") for id_ in (article.article_id, 404)]

    assert [answer.status_code for answer in answers] == [204, 204]
    refresh_view()
    assert db.session.scalar(select(func.count(Attitude.attitude_id))) == 0


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("target", [0, "x", 1.5, True, 404, 2**64])
def test_what_is_no_article_is_refused(reader, path, target):
    answer = reader.post(path, json={"target": target})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("status", [s for s in ArticleStatus if s != ArticleStatus.APPROVED])
@pytest.mark.parametrize("path", BOTH)
def test_an_article_that_is_not_approved_is_refused(reader, path, status):
    hidden = ArticleFactory(status=status)

    answer = reader.post(path, json={"target": hidden.article_id})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("path", BOTH)
def test_an_article_withdrawn_behind_a_warm_cache_is_refused(reader, article, path):
    page(reader, article)
    with transaction() as session:  # no event yet: what was read a moment ago is still cached
        session.get(Article, article.article_id).status = ArticleStatus.BANNED

    answer = reader.post(path, json={"target": article.article_id})

    assert (answer.status_code, answer.json) == (400, INVALID)


@pytest.mark.parametrize("path", BOTH)
def test_a_visitor_has_no_attitude(anonymous, article, path):
    answers = [
        anonymous.post(path, json={"target": article.article_id}),
        anonymous.delete(f"{path}/{article.article_id}"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert page(anonymous, article)["attitude"] == -1


def test_a_like_in_an_adopted_database_can_be_taken_back_and_disliked(reader, article):
    AttitudeFactory(user_id=reader.user.user_id, article_id=article.article_id)
    before = page(reader, article)["attitude"]

    reader.post(DISLIKES, json={"target": article.article_id})

    assert (before, page(reader, article)["attitude"]) == (1, 0)


def test_only_a_new_like_is_told_and_never_to_oneself(reader, sign_in, article):
    author = sign_in(db.session.get(type(reader.user), article.user_id))
    for client in (author, reader):
        client.post(DISLIKES, json={"target": article.article_id})
        client.post(LIKINGS, json={"target": article.article_id})
        client.post(LIKINGS, json={"target": article.article_id})
    relay_everything()

    refresh_view()
    told = db.session.scalars(select(Notification)).all()
    assert [(each.user_id, each.actor_id) for each in told] == [
        (article.user_id, reader.user.user_id)
    ]


def test_a_like_taken_back_while_the_article_is_banned_never_returns(reader, article):
    reader.post(LIKINGS, json={"target": article.article_id})
    withdraw(article.article_id)
    away = received(reader, article)
    reader.delete(f"{LIKINGS}/{article.article_id}")
    bring_back(article.article_id)

    assert (away, received(reader, article)) == (0, 0)
    assert page(reader, article)["like_count"] == 0


def test_a_like_taken_back_from_a_deleted_article_leaves_no_negative_figure(reader, article, redis):
    reader.post(LIKINGS, json={"target": article.article_id})
    withdraw(article.article_id, ArticleStatus.DELETED)

    answer = reader.delete(f"{LIKINGS}/{article.article_id}")

    assert answer.status_code == 204
    assert redis.zscore("count:art:liking", article.article_id) is None
    assert received(reader, article) == 0


def test_a_like_taken_back_while_the_author_is_disabled_leaves_his_figures_right(reader, article):
    reader.post(LIKINGS, json={"target": article.article_id})
    for change in (lock_out, let_in):
        change(article.user_id)
        reader.delete(f"{LIKINGS}/{article.article_id}")

    assert received(reader, article) == 0


def test_an_unlike_is_not_fooled_by_what_cache_still_says(reader, article, redis):
    """A like whose invalidation is still on its way must not make the next click a no-op."""
    page(reader, article)
    AttitudeFactory(user_id=reader.user.user_id, article_id=article.article_id)

    reader.delete(f"{LIKINGS}/{article.article_id}")

    refresh_view()
    assert db.session.scalar(select(Attitude.attitude)) is None


def test_a_like_of_a_stranger_does_not_show_as_mine(reader, article):
    AttitudeFactory(
        user_id=UserFactory().user_id,
        article_id=article.article_id,
        attitude=AttitudeKind.LIKE,
    )

    assert page(reader, article)["attitude"] == -1
