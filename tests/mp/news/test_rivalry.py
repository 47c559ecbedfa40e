"""Who writes at the same time: no accepted text is lost, and readers see what SQL says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from common.cache import counters
from common.extensions.db import transaction
from common.models import Article
from common.services.writing.saves import live_edits
from common.utils.constants import ArticleStatus
from tests.support.clients.api import ApiClient
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import WAIT_SECONDS, eventually
from tests.support.scenarios.keeping import DRAFT
from tests.support.scenarios.reviewing import ARTICLES, decided, put
from tests.support.scenarios.writing import (
    PATH,
    approve,
    row_of,
    saved,
    sent,
    switch,
    version_of,
    written,
)

SAVES = 60  # of each tab
ROUNDS = 30


def ten(number: int) -> str:
    return f"第{number:06}个标题"


def test_an_author_s_own_doings_are_no_conflict(editor, admin, channel_id):
    """Hundreds of saves of one session, and between them review, comments, autosave."""
    article_id = written(editor, channel_id, draft=True)
    tag = version_of(editor, article_id)

    def claim() -> Any:
        return admin.post(f"{ARTICLES}/claims", json={"article_ids": [article_id]})

    def review(status: ArticleStatus) -> Any:
        claim()  # or the decision would leave alone what was edited since
        return put(admin, article_id, status=status)

    between: list[Callable[[int], Any]] = [
        lambda _: claim(),
        lambda _: review(ArticleStatus.APPROVED),
        lambda n: editor.put(
            f"{PATH}/{article_id}?draft=false", json=sent(channel_id, title=ten(n))
        ),
        lambda n: editor.put(
            f"{PATH}/{article_id}/autosave", json=sent(channel_id, title=ten(n + 1))
        ),
        lambda _: review(ArticleStatus.REJECTED),
    ]

    approved = 0
    for number in range(240):
        answer = saved(editor, article_id, channel_id, title=ten(number), headers={"If-Match": tag})
        assert (number, answer.status_code) == (number, 201)
        tag = answer.headers["ETag"]
        done = between[number % len(between)](number)
        assert done.status_code == 201, (number, done.json)
        if row_of(article_id).status == ArticleStatus.APPROVED:
            approved += 1
            assert switch(editor, article_id, allow=number % 2 == 0).status_code == 201

    assert (tag, approved) == ('"241"', 48)
    assert row_of(article_id).title == ten(239)


def test_of_two_tabs_every_accepted_version_can_be_read(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)

    def tab(name: str) -> Callable[[], dict[str, str]]:
        client = _again(editor)

        def save_all() -> dict[str, str]:
            accepted: dict[str, str] = {}
            for number in range(SAVES):
                while True:
                    tag = version_of(client, article_id)
                    title = f"{name} {number:05}"
                    more = {"title": title, "session": name, "sequence": number, "query": DRAFT}
                    answer = saved(
                        client, article_id, channel_id, headers={"If-Match": tag}, **more
                    )
                    if answer.status_code == 201:
                        break
                    assert answer.status_code == 409
                version = answer.headers["ETag"].strip('"')
                kept = client.get(f"{PATH}/{article_id}/revisions/{version}").json["data"]
                assert kept["title"] == title
                accepted[version] = title
            return accepted

        return save_all

    first, second = at_once(tab("tab-a"), tab("tab-b"))

    assert first.keys().isdisjoint(second.keys())
    assert row_of(article_id).version == 1 + 2 * SAVES
    newest = max(first | second, key=int)
    assert row_of(article_id).title == (first | second)[newest]


def _withdraw(client: ApiClient, article_id: int, channel_id: int) -> None:
    saved(client, article_id, channel_id, query={"draft": "true"})


def _edit(client: ApiClient, article_id: int, channel_id: int) -> None:
    saved(client, article_id, channel_id, title="最后的标题呀", query={"keep_live": "1"})
    _decide(article_id)


def _delete(client: ApiClient, article_id: int, channel_id: int) -> None:
    _withdraw(client, article_id, channel_id)  # readers see it no more, so it may be deleted
    assert _deleted(client, article_id) == 204


ENDS: dict[str, Callable[[ApiClient, int, int], None]] = {
    "withdrawn": _withdraw,
    "deleted": _delete,
    "edited": _edit,
    "live": lambda *_: None,
}


@pytest.mark.parametrize("end", ENDS)
def test_readers_see_in_the_end_what_sql_says(editor, anonymous, reader, channel_id, end):
    article_id = written(editor, channel_id)
    approve(article_id)
    places = _places(editor.user.user_id, channel_id, article_id)

    def write() -> None:
        client = _again(editor)
        for number in range(ROUNDS):
            saved(client, article_id, channel_id, title=ten(number), query={"draft": "false"})
            approve(article_id)
            title = ten(number + 500_000)
            saved(client, article_id, channel_id, title=title, query={"keep_live": "1"})
            _decide(article_id)
        ENDS[end](client, article_id, channel_id)

    at_once(write, *[partial(_read_on, reader, places)] * 2)

    row = row_of(article_id)
    is_shown = row.status == ArticleStatus.APPROVED
    assert is_shown is (end in ("edited", "live"))
    _readers_see(anonymous, places, [row.title] if is_shown else [], author=editor.user.user_id)


def test_a_ban_holds_however_its_author_goes_on_editing(
    editor, admin, anonymous, reader, channel_id
):
    """From the operator's answer on no edit is taken, and none of those before brings it back."""
    article_id = written(editor, channel_id)
    decided(admin, article_id)
    places = _places(editor.user.user_id, channel_id, article_id)
    is_edited = threading.Event()

    def write() -> list[int]:
        client, reviewer = _again(editor), _again(admin)
        answers = []
        for number in range(ROUNDS):
            new = {"title": ten(number), "query": {"keep_live": "1"}}
            answers.append(saved(client, article_id, channel_id, **new).status_code)
            put(reviewer, article_id)
            if number == ROUNDS // 3:
                is_edited.set()
        return answers

    def ban() -> list[int]:
        assert is_edited.wait(WAIT_SECONDS)
        decided(admin, article_id, status=ArticleStatus.BANNED)
        _read_on(reader, places)
        return [saved(_again(editor), article_id, channel_id).status_code]

    answers, later = at_once(write, ban)

    taken = answers.count(201)
    assert taken > ROUNDS // 3
    assert (answers, later) == ([201] * taken + [403] * (ROUNDS - taken), [403])
    assert row_of(article_id).status == ArticleStatus.BANNED
    _readers_see(anonymous, places, [], author=editor.user.user_id)


def _again(client: ApiClient) -> ApiClient:
    """The same person in a thread of its own."""
    return ApiClient(client.application, user=client.user, token=client.token)


def _read_on(reader: ApiClient, places: dict[str, str]) -> None:
    client = _again(reader)
    for _ in range(ROUNDS * 3):
        for path in places.values():
            assert client.get(path).status_code in (200, 404)


def _readers_see(
    client: ApiClient, places: dict[str, str], titles: list[str], *, author: int
) -> None:
    """Each place has an article of this title, or none; the author's figure says the same."""
    relay_everything()
    for name, path in places.items():
        # Channels are as old as their pools, a second or so; the others are told at once.
        eventually(
            partial(_shows, client, path, titles), seconds=10 if name == "feed" else 0, what=name
        )
    assert counters.user_articles.get(author) == len(titles)


def _shows(client: ApiClient, path: str, titles: list[str]) -> bool:
    return _titles(client.get(path)) == titles


def _titles(answer: Any) -> list[str]:
    if answer.status_code == 404:
        return []
    data = answer.json["data"]
    return [each["title"] for each in data.get("results", [data])]


def test_a_deletion_and_a_publication_exclude_one_another(editor, admin, channel_id):
    for _ in range(20):
        article_id = written(editor, channel_id)

        answers = at_once(
            partial(_deleted, editor, article_id), partial(_decided_on, admin, article_id)
        )

        assert (*answers, row_of(article_id).status) in (
            (204, 403, ArticleStatus.DELETED),
            (400, 201, ArticleStatus.APPROVED),
        )


@pytest.mark.parametrize("what", ["save", "publish", "delete", "withdraw"])
def test_what_has_to_follow_is_written_with_it_or_nothing_is(editor, channel_id, what):
    article_id = written(editor, channel_id)
    if what == "withdraw":
        approve(article_id)
    before = (row_of(article_id).status, row_of(article_id).title, row_of(article_id).version)
    _break_outbox()

    if what == "publish":
        with pytest.raises(Exception, match="no outbox"):
            approve(article_id)
    elif what == "delete":
        assert editor.delete(f"{PATH}/{article_id}").status_code >= 500
    else:
        assert saved(editor, article_id, channel_id, title="新的标题啊").status_code >= 500

    row = row_of(article_id)
    assert (row.status, row.title, row.version) == before


def _break_outbox() -> None:
    """The database refuses whatever is to follow; the schema is made anew for the next test."""
    refusing = (
        "CREATE TRIGGER no_outbox BEFORE INSERT ON outbox "
        "BEGIN SELECT RAISE(ABORT, 'no outbox'); END"
    )
    with transaction() as session:
        session.execute(text(refusing))


def _places(author_id: int, channel_id: int, article_id: int) -> dict[str, str]:
    return {
        "page": f"/v1_0/articles/{article_id}",
        "shelf": f"/v1_0/users/{author_id}/articles",
        "feed": f"/v1_0/articles?channel_id={channel_id}",
        "search": "/v1_0/search?q=标题",
    }


def _decide(article_id: int) -> None:
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True, with_for_update=True)
        live_edits.approve(session, [row])


def _decided_on(client: ApiClient, article_id: int) -> int:
    return put(client, article_id).status_code


def _deleted(client: ApiClient, article_id: int) -> int:
    return client.delete(f"{PATH}/{article_id}").status_code
