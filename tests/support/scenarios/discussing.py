"""Discussions to read, and the ways existing clients page through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from common.extensions.db import db, refresh_view, transaction
from common.models import Comment
from common.schemas.events.comments import CommentAdded, CommentDeleted, CommentPinned, CommentPlace
from common.services import outbox
from common.utils.constants import CommentStatus
from tests.factories import CommentFactory, UserFactory, together
from tests.support.clients.api import ApiClient

Page = dict[str, Any]

PATH = "/v1_0/comments"
ENOUGH = 150  # pages: a walk that needs more does not end


def discuss(article_id: int, count: int, **values: Any) -> list[int]:
    """Comments of one reader on an article, oldest first; their ids."""
    with together():
        values.setdefault("user_id", UserFactory().user_id)
        made = [CommentFactory(article_id=article_id, **values) for _ in range(count)]
    return [comment.comment_id for comment in made]


def arrive(article_id: int, to: Comment | None = None) -> int:
    """A comment that is written while others read; its id."""
    with transaction() as session:
        made = CommentFactory(article_id=article_id, to=to)
        session.flush()
        outbox.add(
            CommentAdded(
                comment_id=made.comment_id,
                user_id=made.user_id,
                article_id=article_id,
                author_id=0,
                parent_id=made.parent_id,
                root_id=made.root_id,
            )
        )
    return int(made.comment_id)


def take_away(comment_id: int) -> None:
    """Delete a comment without replies."""
    with transaction() as session:
        row = session.get_one(Comment, comment_id)
        row.status = CommentStatus.DELETED
        outbox.add(CommentDeleted(article_id=row.article_id, removed=(_place(row),)))


def pin(comment_id: int, *, is_top: bool = True) -> None:
    """Pin a comment within its list, or take the pin away."""
    with transaction() as session:
        row = session.get_one(Comment, comment_id)
        row.is_top = is_top
        outbox.add(CommentPinned(article_id=row.article_id, place=_place(row)))


def _place(row: Comment) -> CommentPlace:
    return CommentPlace(comment_id=row.comment_id, parent_id=row.parent_id, root_id=row.root_id)


def ids(page: Page) -> list[int]:
    """The comments of a page, in order."""
    return [item["com_id"] for item in page["results"]]


def ask(client: ApiClient, kind: str, source: Any, **query: Any) -> Page:
    """One page: of an article (kind ``a``) or a comment (``c``)."""
    answer = client.get(PATH, query_string={"type": kind, "source": source, **query})
    assert answer.status_code == 200, answer.text
    page: Page = answer.json["data"]
    return page


def write(client: ApiClient, target: Any, content: Any = "写得好", **body: Any) -> Any:
    """The answer to a comment; ``art_id`` makes it a reply."""
    return client.post(PATH, json={"target": target, "content": content, **body})


def written(client: ApiClient, target: Any, content: Any = "写得好", **body: Any) -> int:
    """The new comment's id."""
    answer = write(client, target, content, **body)
    assert answer.status_code == 201, answer.text
    return int(answer.json["data"]["com_id"])


def stored() -> int:
    """How many comments there are."""
    refresh_view()
    return db.session.scalar(select(func.count(Comment.comment_id))) or 0


def comm_count(client: ApiClient, article_id: int) -> int:
    """What the article's page says."""
    return int(client.get(f"/v1_0/articles/{article_id}").json["data"]["comm_count"])


@dataclass(frozen=True)
class Dialect:
    """How a client knows that it has read everything, and how it writes the cursor."""

    name: str
    is_over: Callable[[Page], bool]
    write: Callable[[int], Any] = int

    def __str__(self) -> str:
        return self.name


DIALECTS = (
    Dialect("until an empty list", lambda page: not page["results"]),
    Dialect("until last_id is null", lambda page: page["last_id"] is None),
    Dialect("until last_id is end_id", lambda page: page["last_id"] == page["end_id"]),
    Dialect("with quoted cursors", lambda page: not page["results"], lambda id_: f'"{id_}"'),
)


def walk(
    client: ApiClient, dialect: Dialect, kind: str, source: Any, **query: Any
) -> Iterator[Page]:
    """The pages that a client reads, until it stops by itself.

    Checks what holds for every page (contract/user-app.md §9.1).
    """
    for _ in range(ENOUGH):
        page = ask(client, kind, source, **query)
        check(page)
        yield page
        if dialect.is_over(page):
            return
        query["offset"] = dialect.write(page["last_id"])
    raise AssertionError("the comments never end")


def check(page: Page) -> None:
    """Both cursors are integers with comments, and null without."""
    expected = int if page["results"] else type(None)
    assert {type(page["last_id"]), type(page["end_id"])} == {expected}


def walked(client: ApiClient, kind: str, source: Any, **query: Any) -> list[int]:
    """All comments in the order read."""
    pages = walk(client, DIALECTS[0], kind, source, **query)
    return [comment_id for page in pages for comment_id in ids(page)]
