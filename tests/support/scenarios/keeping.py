"""What an editor types, and the versions of what he saved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import ArticleAutosave, ArticleRevision
from tests.support.clients.api import ApiClient
from tests.support.scenarios.writing import PATH

AUTOSAVES = "/mp/v1_0/autosaves"
DRAFT = {"draft": "true"}


def typed(**changes: Any) -> dict[str, Any]:
    """An unfinished text."""
    return {"title": "早", "content": "<p>清</p>", **changes}


def keep(editor: ApiClient, article_id: int, **changes: Any) -> dict[str, Any]:
    """The data of an autosave that is accepted."""
    answer = editor.put(f"{PATH}/{article_id}/autosave", json=typed(**changes))
    assert answer.status_code == 201, answer.json
    return answer.json["data"]


def kept(editor: ApiClient, article_id: int) -> dict[str, Any] | None:
    """What is kept of what was typed about an article, or None."""
    return editor.get(f"{PATH}/{article_id}/autosave").json.get("data")


def rows(model: Any = ArticleAutosave) -> int:
    """How many there are in SQL now."""
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def listed(editor: ApiClient, article_id: int, **query: Any) -> dict[str, Any]:
    """The history of an article."""
    answer = editor.get(f"{PATH}/{article_id}/revisions", query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json["data"]


def versions(editor: ApiClient, article_id: int, **query: Any) -> list[int]:
    """The numbers in it."""
    return [each["version"] for each in listed(editor, article_id, **query)["results"]]


def read(editor: ApiClient, article_id: int, version: int) -> Any:
    """The answer to reading a version."""
    return editor.get(f"{PATH}/{article_id}/revisions/{version}")


def restore(editor: ApiClient, article_id: int, version: int, **options: Any) -> Any:
    """The answer to restoring a version."""
    return editor.post(f"{PATH}/{article_id}/revisions/{version}/restore", **options)


def content_of(article_id: int, version: int) -> str:
    """A version as SQL has it."""
    refresh_view()
    query = db.session.query(ArticleRevision.content)
    return query.filter_by(article_id=article_id, version=version).scalar()
