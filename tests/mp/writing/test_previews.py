"""Links that show an article before it is published (contract/additions.md §2)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
import time_machine

from common.extensions.db import transaction
from common.models import ArticleContent
from common.utils import media
from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory, UserFactory
from tests.support.scenarios.accounts import lock_out
from tests.support.scenarios.feeding import withdraw
from tests.support.scenarios.reviewing import decided
from tests.support.scenarios.writing import approve, set_article

DAY = 86_400  # seconds
MISSING = {"message": "The article does not exist."}


@pytest.fixture
def article(editor):
    """A draft of the editor's."""
    return ArticleFactory(
        user_id=editor.user.user_id, content='<p>清晨<img src="/media/a/b.png"></p>'
    )


def path_of(article):
    return f"/mp/v1_0/articles/{article.article_id}/previews"


def link_to(editor, article):
    """The path of a new link."""
    answer = editor.post(path_of(article))
    assert answer.status_code == 201
    return urlsplit(answer.json["data"]["url"]).path


def vanish(article, status):
    """It is published, and then taken from readers."""
    approve(article.article_id)
    withdraw(article.article_id, status)


def test_a_link_shows_the_article_to_anybody(editor, anonymous, article):
    path = link_to(editor, article)

    answer = anonymous.get(path)

    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"
    data = answer.json["data"]
    assert data["art_id"] == article.article_id
    assert data["title"] == article.title
    assert data["content"] == f'<p>清晨<img src="{media.prefix()}a/b.png"></p>'
    assert data["aut_name"] == editor.user.user_name
    assert path.startswith("/app/v1_0/previews/")


def test_a_link_shows_what_was_saved_last(editor, anonymous, article):
    path = link_to(editor, article)
    with transaction() as session:
        session.get_one(ArticleContent, article.article_id).content = "<p>傍晚</p>"

    assert anonymous.get(path).json["data"]["content"] == "<p>傍晚</p>"


def test_it_is_one_link_for_seven_days_from_the_last_request(sign_in, anonymous):
    with time_machine.travel("2026-05-01T00:00:00Z", tick=False) as traveller:
        author = UserFactory(verified=True)
        article = ArticleFactory(user_id=author.user_id)
        path = link_to(sign_in(author), article)
        traveller.shift(6 * DAY)
        assert link_to(sign_in(author), article) == path
        traveller.shift(6 * DAY)
        assert anonymous.get(path).status_code == 200
        traveller.shift(DAY)

        answer = anonymous.get(path)

        assert (answer.status_code, answer.json) == (404, MISSING)
        assert link_to(sign_in(author), article) != path
        assert anonymous.get(path).status_code == 404


def test_a_link_tells_in_product_time_until_when_it_opens(sign_in):
    with time_machine.travel("2026-05-01T00:00:00Z", tick=False):
        author = UserFactory(verified=True)
        article = ArticleFactory(user_id=author.user_id)

        answer = sign_in(author).post(path_of(article))

    assert answer.json["data"]["expires_at"] == "2026-05-08T08:00:00"


def test_a_link_that_was_taken_back_opens_nothing_and_the_next_one_is_another(
    editor, anonymous, article
):
    path = link_to(editor, article)

    assert editor.delete(path_of(article)).status_code == 204
    assert editor.delete(path_of(article)).status_code == 204

    assert anonymous.get(path).status_code == 404
    assert link_to(editor, article) != path
    assert anonymous.get(path).status_code == 404


def test_once_the_article_is_live_the_link_leads_to_it(editor, anonymous):
    article = ArticleFactory(published=True, user_id=editor.user.user_id)
    path = link_to(editor, article)

    answer = anonymous.get(path)

    assert answer.status_code == 302
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"
    target = urljoin(path, answer.headers["Location"])
    assert anonymous.get(target).json["data"]["art_id"] == article.article_id


@pytest.mark.parametrize("status", [ArticleStatus.BANNED, ArticleStatus.DELETED])
def test_a_link_opens_nothing_after_a_ban_or_a_deletion(editor, anonymous, article, status):
    path = link_to(editor, article)
    vanish(article, status)

    answer = anonymous.get(path)

    assert (answer.status_code, answer.json) == (404, MISSING)


def test_a_link_opens_nothing_from_the_moment_an_operator_bans_the_article(
    editor, anonymous, admin, article
):
    path = link_to(editor, article)
    assert anonymous.get(path).status_code == 200
    set_article(article.article_id, status=ArticleStatus.PENDING)
    decided(admin, article.article_id)
    assert anonymous.get(path).status_code == 302

    decided(admin, article.article_id, status=ArticleStatus.BANNED, reason="不合适")

    assert (anonymous.get(path).status_code, anonymous.get(path).json) == (404, MISSING)


def test_a_link_opens_nothing_while_the_author_is_locked_out(editor, anonymous, article):
    path = link_to(editor, article)
    lock_out(editor.user.user_id)

    assert anonymous.get(path).status_code == 404


def test_a_link_opens_no_other_article(editor, anonymous, article):
    other = ArticleFactory(user_id=editor.user.user_id)
    path, other_path = link_to(editor, article), link_to(editor, other)
    tokens = [each.rpartition("/")[2].split("-") for each in (path, other_path)]
    (mine, nonce, signature), (theirs, other_nonce, other_signature) = tokens

    for parts in (
        (theirs, nonce, signature),
        (theirs, other_nonce, signature),
        (theirs, nonce, other_signature),
        (mine, other_nonce, other_signature),
    ):
        assert anonymous.get("/app/v1_0/previews/" + "-".join(parts)).status_code == 404


@pytest.mark.parametrize("token", ["x", "1-" + "0" * 32 + "-" + "0" * 32, "0" * 5000, "１-2-3"])
def test_a_guess_costs_no_query(anonymous, cost, token):
    with cost() as spent:
        answer = anonymous.get(f"/app/v1_0/previews/{token}")

    assert (answer.status_code, answer.json) == (404, MISSING)
    assert spent.sql == 0


def test_opening_a_link_costs_one_query_and_counts_as_no_reading(editor, anonymous, cost, article):
    path = link_to(editor, article)

    with cost() as spent:
        anonymous.get(path)

    assert spent.sql == 1
    assert spent.stages == 0


def test_only_the_author_gives_links(editor, sign_in, article):
    stranger = sign_in(UserFactory(verified=True))
    path = path_of(article)
    link_to(editor, article)

    created, revoked = stranger.post(path), stranger.delete(path)

    assert (created.status_code, created.json) == (400, {"message": "Invalid article."})
    assert (revoked.status_code, revoked.json) == (404, {"message": "Article not exists."})
    assert editor.post(path).status_code == 201


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (ArticleStatus.DELETED, (400, {"message": "Invalid article."})),
        (ArticleStatus.BANNED, (403, {"message": "Article banned."})),
    ],
)
def test_there_are_no_links_to_what_nobody_may_see(editor, article, status, refusal):
    vanish(article, status)

    answer = editor.post(path_of(article))

    assert (answer.status_code, answer.json) == refusal
