"""Texts that are no article yet, and all that is not finished (contract/additions.md §2)."""

from __future__ import annotations

import pytest

from common.utils.constants import ArticleStatus
from mp.resources.writing.autosaves import AT_ONCE
from tests.factories import UserFactory
from tests.support.clients.api import ApiClient
from tests.support.harness.threads import at_once
from tests.support.scenarios.keeping import (
    AUTOSAVES,
    keep,
    kept,
    rows,
    typed,
)
from tests.support.scenarios.writing import (
    CONTENT,
    PATH,
    body_of,
    set_article,
    written,
)

NO_ARTICLE = {"message": "Invalid article."}
NOTHING = {"message": "Autosave not exists."}


def test_an_autosave_of_a_new_text_costs_two_statements(editor, cost):
    editor.get(PATH)
    editor.post(AUTOSAVES, json=typed())

    with cost() as spent:
        data = editor.post(AUTOSAVES, json=typed()).json["data"]
    with cost() as again:
        editor.put(f"{AUTOSAVES}/{data['id']}", json=typed(title="早点"))

    assert (spent.sql, again.sql) == (2, 2)


def test_a_text_that_is_no_article_yet_becomes_one(editor, channel_id):
    data = editor.post(AUTOSAVES, json=typed()).json["data"]
    path = f"{AUTOSAVES}/{data['id']}"
    assert editor.put(path, json=typed(title="早点")).json["data"]["id"] == data["id"]
    assert editor.get(path).json["data"]["title"] == "早点"

    article_id = written(editor, channel_id, autosave_id=data["id"])

    assert body_of(article_id).content == CONTENT
    gone, late = editor.get(path), editor.put(path, json=typed())
    assert (gone.status_code, gone.json) == (404, NOTHING)
    assert (late.status_code, late.json) == (404, NOTHING)
    assert rows() == 0


def test_a_late_older_state_of_a_new_text_changes_nothing(editor):
    sender = {"session": "tab-a"}
    data = editor.post(AUTOSAVES, json=typed(sequence=1, **sender)).json["data"]
    path = f"{AUTOSAVES}/{data['id']}"
    editor.put(path, json=typed(title="新", sequence=3, **sender))

    editor.put(path, json=typed(title="旧", sequence=2, **sender))

    assert editor.get(path).json["data"]["title"] == "新"


def test_of_new_texts_the_twenty_latest_are_kept(editor):
    for number in range(23):
        editor.post(AUTOSAVES, json=typed(title=f"第{number}篇"))

    data = editor.get(f"{AUTOSAVES}?per_page=100").json["data"]

    assert data["total_count"] == 20
    assert [each["title"] for each in data["results"]] == [
        f"第{number}篇" for number in range(22, 2, -1)
    ]


@pytest.mark.settings(ratelimit_enabled=False)
def test_of_many_that_arrive_at_once_twenty_are_kept(editor):
    """Through the door. Writers of SQLite take turns, whatever they lock: that each waits for the
    author's row is proven by tests/topology/test_writing_mariadb.py."""

    def send():
        client = ApiClient(editor.application, user=editor.user, token=editor.token)
        return [client.post(AUTOSAVES, json=typed()).status_code for _ in range(12)]

    codes = at_once(*[send] * AT_ONCE)

    assert codes == [[201] * 12] * AT_ONCE
    assert rows() == 20


def test_the_list_names_what_is_not_finished(editor, article_id):
    data = editor.post(AUTOSAVES, json=typed(title="新篇")).json["data"]
    slot = keep(editor, article_id, base_version=1)

    listed = editor.get(AUTOSAVES).json["data"]

    assert [(each["id"], each["article_id"]) for each in listed["results"]] == [
        (slot["id"], article_id),
        (data["id"], None),
    ]
    set_article(article_id, status=ArticleStatus.DELETED)
    assert editor.get(AUTOSAVES).json["data"]["total_count"] == 1


def test_an_autosave_can_be_given_up(editor, article_id):
    keep(editor, article_id)
    data = editor.post(AUTOSAVES, json=typed()).json["data"]

    for path in (f"{PATH}/{article_id}/autosave", f"{AUTOSAVES}/{data['id']}"):
        assert [editor.delete(path).status_code for _ in range(2)] == [204, 204]

    assert rows() == 0
    absent = editor.get(f"{PATH}/{article_id}/autosave")
    assert (absent.status_code, absent.json) == (404, NOTHING)


def test_what_others_type_is_none_of_an_editors_business(editor, sign_in, article_id):
    slot = keep(editor, article_id)
    new = editor.post(AUTOSAVES, json=typed()).json["data"]
    stranger = sign_in(UserFactory(verified=True))

    own, theirs = f"{PATH}/{article_id}/autosave", f"{AUTOSAVES}/{new['id']}"
    answers = [
        stranger.get(own),
        stranger.put(own, json=typed(title="改")),
        stranger.get(theirs),
        stranger.put(theirs, json=typed(title="改")),
        stranger.put(f"{AUTOSAVES}/{slot['id']}", json=typed(title="改")),
    ]
    stranger.delete(own)
    stranger.delete(theirs)

    assert [answer.status_code for answer in answers] == [404, 400, 404, 404, 404]
    assert answers[1].json == NO_ARTICLE
    assert kept(editor, article_id)["title"] == "早"
    assert editor.get(theirs).json["data"]["title"] == "早"
    assert stranger.get(AUTOSAVES).json["data"]["results"] == []
