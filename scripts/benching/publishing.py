"""What editors ask: saves, submissions, and the ends of a list of very many own articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update
from werkzeug.test import Client

from common.extensions.db import db, transaction
from common.models import Article, User
from common.schemas.writing import ArticleText
from common.services.accounts import authentication
from common.services.writing.saves import saving
from common.utils.constants import ArticleStatus, UserStatus
from common.utils.observing import metering
from scripts import embedded
from scripts.benching.binding import bound_to
from scripts.benching.load import send
from scripts.benching.scenarios import Scenario

DOOR = "/mp/v1_0"
EDITORS = 12  # who save at the same time, each a draft of his own
TEXT_CHARACTERS = 6800  # 20 KB as UTF-8
PER_PAGE = 10
WARMING = 60  # requests before anything is counted
COUNTED = 24  # requests whose round trips are averaged


@dataclass(frozen=True)
class _Call:
    verb: str
    path: str
    token: str
    body: bytes = b""

    def packed(self) -> bytes:
        return send(self.verb, self.path, token=self.token, body=self.body)


Calls = Callable[[int], _Call]


@dataclass(frozen=True)
class Found:
    """What is asked, by name, and by whom else may be asked: tokens of editors, a channel."""

    scenarios: dict[str, Scenario]
    tokens: list[str]
    channel_id: int


@contextmanager
def load(data_dir: Path) -> Iterator[Found]:
    """Scenarios on a data directory that nobody serves yet.

    All imported articles there become one author's.
    """
    with embedded.EmbeddedStack(data_dir) as stack, bound_to(stack.environment) as settings:
        from scripts.gateway import create_gateway  # noqa: PLC0415 - binds the whole product

        client = Client(create_gateway(settings))
        calls = {**_saves(), **_lists()}
        made = {name: _scenario(client, call) for name, call in calls.items()}
        found = Found(made, [_token(user) for user in _editors()], _channel_id())
    yield found


def _saves() -> dict[str, Calls]:
    tokens = [_token(user) for user in _editors()]
    channel_id = _channel_id()
    drafts = [
        saving.create(user.user_id, _text(channel_id, "始"), is_draft=True).article_id
        for user in _editors()
    ]

    def save(number: int) -> _Call:
        return call(number, _body(channel_id, str(number)), is_draft=True)

    def submit(number: int) -> _Call:
        """Submitted, and taken back, in turns: the text stays as it is."""
        is_draft = number // len(drafts) % 2 == 1
        return call(number, _body(channel_id, "始"), is_draft=is_draft)

    def call(number: int, body: bytes, *, is_draft: bool) -> _Call:
        at = number % len(drafts)
        path = f"{DOOR}/articles/{drafts[at]}?draft={str(is_draft).lower()}"
        return _Call("PUT", path, tokens[at], body)

    return {"a save of 20 KB": save, "a submission": submit}


def _lists() -> dict[str, Calls]:
    author, *_ = _editors()
    with transaction() as session:
        session.execute(
            update(Article)
            .where(Article.status == ArticleStatus.APPROVED, Article.user_id != author.user_id)
            .values(user_id=author.user_id)
        )
    total = db.session.scalar(
        select(func.count(Article.article_id)).where(Article.user_id == author.user_id)
    )
    token, last = _token(author), -(-(total or 1) // PER_PAGE)

    def page(number: int) -> Calls:
        path = f"{DOOR}/articles?page={number}&per_page={PER_PAGE}"
        return lambda _: _Call("GET", path, token)

    return {f"first page of {total:,} own": page(1), f"last page of {total:,} own": page(last)}


def _channel_id() -> int:
    return db.session.scalars(select(Article.channel_id).limit(1)).one()


def _editors() -> list[User]:
    query = select(User).where(User.status == UserStatus.ENABLED, User.is_verified.is_(True))
    return list(db.session.scalars(query.order_by(User.user_id).limit(EDITORS)))


def _token(user: User) -> str:
    return authentication.issuer().access(user.user_id, ver=user.token_version, verified=True)


def _text(channel_id: int, words: str) -> ArticleText:
    content = f"<p>{words}{'字' * TEXT_CHARACTERS}</p>"
    return ArticleText(
        title="编辑的一篇文章",
        content=content,
        cover={"type": 0, "images": []},
        channel_id=channel_id,
    )


def _body(channel_id: int, words: str) -> bytes:
    text = _text(channel_id, words)
    members = {
        "title": text.title,
        "content": text.content,
        "cover": text.cover,
        "channel_id": text.channel_id,
    }
    return json.dumps(members, ensure_ascii=False).encode()


def _scenario(client: Client, calls: Calls) -> Scenario:
    """Requests, a typical answer, and what one of them costs in round trips."""
    body = b""
    for number in range(WARMING):
        _ask(client, calls(number))
    with metering.measure() as spent:
        for number in range(WARMING, WARMING + COUNTED):
            body = _ask(client, calls(number))
    return Scenario(
        lambda number: calls(number).packed(), body, spent.stages / COUNTED, spent.sql / COUNTED
    )


def _ask(client: Client, call: _Call) -> bytes:
    answer = client.open(
        call.path,
        method=call.verb,
        data=call.body,
        headers={"Authorization": f"Bearer {call.token}", "Content-Type": "application/json"},
    )
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{call.path} answered {answer.status_code}: {answer.text[:200]}")
    data: bytes = answer.data
    return data
