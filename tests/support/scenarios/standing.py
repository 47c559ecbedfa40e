"""An article of an editor's in every status there is, brought there by the doors themselves."""

from __future__ import annotations

from collections.abc import Callable

from common.utils.constants import ArticleStatus
from tests.support.clients.api import ApiClient
from tests.support.scenarios.keeping import DRAFT, keep
from tests.support.scenarios.reviewing import decided
from tests.support.scenarios.writing import PATH, saved, written

S = ArticleStatus


def stand(editor: ApiClient, admin: ApiClient, channel_id: int, status: ArticleStatus) -> int:
    """The id of an article of two versions, with something typed and a link to its preview."""
    article_id = written(editor, channel_id, draft=True)
    answer = saved(editor, article_id, channel_id, query=DRAFT, content="<p>第二版</p>")
    assert answer.status_code == 201, answer.text
    keep(editor, article_id, session="another-window")  # no save of ours contains it
    assert editor.post(f"{PATH}/{article_id}/previews").status_code == 201
    WAYS[status](editor, admin, channel_id, article_id)
    return article_id


def _submit(editor: ApiClient, channel_id: int, article_id: int) -> None:
    answer = saved(editor, article_id, channel_id, content="<p>第二版</p>")
    assert answer.status_code == 201, answer.text


def _decide(editor: ApiClient, admin: ApiClient, channel_id: int, article_id: int, to: S) -> None:
    _submit(editor, channel_id, article_id)
    decided(admin, article_id, status=to)


def _ban(editor: ApiClient, admin: ApiClient, channel_id: int, article_id: int) -> None:
    _decide(editor, admin, channel_id, article_id, S.APPROVED)
    decided(admin, article_id, status=S.BANNED)


def _delete(editor: ApiClient, article_id: int) -> None:
    assert editor.delete(f"{PATH}/{article_id}").status_code == 204


WAYS: dict[ArticleStatus, Callable[[ApiClient, ApiClient, int, int], None]] = {
    S.DRAFT: lambda *_: None,
    S.PENDING: lambda editor, _admin, channel, id_: _submit(editor, channel, id_),
    S.APPROVED: lambda editor, admin, channel, id_: _decide(
        editor, admin, channel, id_, S.APPROVED
    ),
    S.REJECTED: lambda editor, admin, channel, id_: _decide(
        editor, admin, channel, id_, S.REJECTED
    ),
    S.DELETED: lambda editor, _admin, _channel, id_: _delete(editor, id_),
    S.BANNED: _ban,
}
