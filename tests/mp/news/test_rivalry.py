"""Who writes at the same time: no accepted text is lost, and readers see what SQL says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from common.cache import counters
from common.extensions.db import transaction
from common.models import Article
from common.schemas.events.articles import ArticleWithdrawn
from common.services import outbox
from common.services.writing.saves import live_edits
from common.utils.constants import ArticleStatus
from tests.support.clients import ApiClient
from tests.support.outbox import relay_everything
from tests.support.threads import at_once
from tests.support.waiting import eventually
from tests.support.writing import (
    CONTENT,
    PATH,
    approve,
    row_of,
    saved,
    sent,
    set_article,
    version_of,
    written,
)

SAVES = 60  # of each tab
ROUNDS = 30


def ten(number: int) -> str:
    return f"第{number:06}个标题"


def test_an_author_s_own_doings_are_no_conflict(editor, channel_id):
    """Hundreds of saves of one session, and between them review, schedule, comments, autosave."""
    article_id = written(editor, channel_id, draft=True)
    tag = version_of(editor, article_id)
    between: list[Callable[[int], Any]] = [
        lambda _: set_article(article_id, review_time=None, claimed_by=7),
        lambda n: set_article(article_id, allow_comment=bool(n % 2)),
        lambda n: editor.put(
            f"{PATH}/{article_id}?draft=false", json=sent(channel_id, title=ten(n))
        ),
        lambda n: editor.put(
            f"{PATH}/{article_id}/autosave", json=sent(channel_id, title=ten(n + 1))
        ),
        lambda n: approve(article_id) if row_of(article_id).status == 1 else None,
        lambda n: (
            set_article(article_id, status=ArticleStatus.REJECTED, reject_reason="无")
            if row_of(article_id).status == 1
            else None
        ),
    ]

    for number in range(240):
        answer = saved(editor, article_id, channel_id, title=ten(number), headers={"If-Match": tag})
        assert (number, answer.status_code) == (number, 201)
        tag = answer.headers["ETag"]
        between[number % len(between)](number)

    assert tag == '"241"'
    assert row_of(article_id).title == ten(239)


def test_of_two_tabs_every_accepted_version_can_be_read(editor, channel_id):
    article_id = written(editor, channel_id, draft=True)

    def tab(name: str) -> Callable[[], dict[str, str]]:
        client = ApiClient(editor.application, user=editor.user, token=editor.token)

        def save_all() -> dict[str, str]:
            accepted: dict[str, str] = {}
            for number in range(SAVES):
                while True:
                    tag = version_of(client, article_id)
                    title = f"{name}{number:05}号"
                    answer = saved(
                        client,
                        article_id,
                        channel_id,
                        title=title,
                        query={"draft": "true"},
                        headers={"If-Match": tag},
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

    first, second = at_once(tab("左边"), tab("右边"))

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
    "banned": lambda _client, article_id, _channel_id: _ban(article_id),
    "edited": _edit,
    "live": lambda *_: None,
}


@pytest.mark.parametrize("end", ENDS)
def test_readers_see_in_the_end_what_sql_says(editor, anonymous, reader, channel_id, end):
    article_id = written(editor, channel_id)
    approve(article_id)
    author_id = editor.user.user_id

    def write() -> None:
        client = ApiClient(editor.application, user=editor.user, token=editor.token)
        for number in range(ROUNDS):
            saved(client, article_id, channel_id, title=ten(number), query={"draft": "false"})
            approve(article_id)
            title = ten(number + 500_000)
            saved(client, article_id, channel_id, title=title, query={"keep_live": "1"})
            _decide(article_id)
        ENDS[end](client, article_id, channel_id)

    def read() -> None:
        client = ApiClient(reader.application, user=reader.user, token=reader.token)
        for _ in range(ROUNDS * 3):
            for path in _places(author_id, channel_id, article_id).values():
                assert client.get(path).status_code in (200, 404)

    at_once(write, read, read)
    relay_everything()

    row = row_of(article_id)
    is_shown = row.status == ArticleStatus.APPROVED
    titles = [row.title] if is_shown else []
    places = _places(author_id, channel_id, article_id)
    assert is_shown is (end in ("edited", "live"))
    for name, path in places.items():
        # Channels are as old as their pools, a second at most; the others are told at once.
        eventually(
            partial(_shows, anonymous, path, titles),
            seconds=2 if name == "feed" else 0,
            what=name,
        )
    assert counters.user_articles.get(author_id) == len(titles)


def _shows(client: ApiClient, path: str, titles: list[str]) -> bool:
    return _titles(client.get(path)) == titles


def _titles(answer: Any) -> list[str]:
    if answer.status_code == 404:
        return []
    data = answer.json["data"]
    return [each["title"] for each in data.get("results", [data])]


def test_a_deletion_and_a_publication_exclude_one_another(editor, channel_id):
    for _ in range(20):
        article_id = written(editor, channel_id)

        deleted, _published = at_once(
            partial(_deleted, editor, article_id), partial(_approve_if_waiting, article_id)
        )

        status = row_of(article_id).status
        assert (deleted, status) in ((204, ArticleStatus.DELETED), (400, ArticleStatus.APPROVED))


def test_what_was_published_stays_so_while_an_autosave_arrives(editor, anonymous, channel_id):
    article_id = written(editor, channel_id)
    client = ApiClient(editor.application, user=editor.user, token=editor.token)

    def type_on() -> list[int]:
        path = f"{PATH}/{article_id}/autosave"
        return [
            client.put(path, json=sent(channel_id, title=ten(number))).status_code
            for number in range(ROUNDS)
        ]

    typed, _ = at_once(type_on, lambda: approve(article_id))

    assert typed == [201] * ROUNDS
    assert row_of(article_id).status == ArticleStatus.APPROVED
    page = anonymous.get(f"/v1_0/articles/{article_id}").json["data"]
    assert (page["title"], page["content"]) == (row_of(article_id).title, CONTENT)


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
    with transaction() as session:
        session.execute(
            text(
                "CREATE TRIGGER no_outbox BEFORE INSERT ON outbox "
                "BEGIN SELECT RAISE(ABORT, 'no outbox'); END"
            )
        )


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


def _deleted(client: ApiClient, article_id: int) -> int:
    return client.delete(f"{PATH}/{article_id}").status_code


def _approve_if_waiting(article_id: int) -> int:
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True, with_for_update=True)
        if row.status != ArticleStatus.PENDING:
            return 0
        approve(article_id)
        return 1


def _ban(article_id: int) -> None:
    with transaction() as session:
        row = session.get(Article, article_id, populate_existing=True, with_for_update=True)
        row.status = ArticleStatus.BANNED
        outbox.add(
            ArticleWithdrawn(
                article_id=article_id, author_id=row.user_id, channel_id=row.channel_id
            )
        )
