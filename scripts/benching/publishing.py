"""What editors ask: saves, submissions, and the ends of a list of very many own articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from rich.console import Console
from sqlalchemy import ColumnElement, func, select
from werkzeug.test import Client

from common.extensions.db import db
from common.models import Article, User
from common.schemas.writing.articles import ArticleText, CreateOptions
from common.search import Kind
from common.services.accounts import authentication
from common.services.writing.saves import saving
from common.utils.constants import UserStatus
from common.utils.observing import metering
from scripts import embedded
from scripts.benching import content
from scripts.benching.binding import bound_to
from scripts.benching.load import send
from scripts.benching.scenarios import Scenario

DOOR: Final = "/mp/v1_0"
AUTHOR: Final = "著作等身"  # of all imported articles
EDITORS: Final = 12  # who save at the same time, each a draft of his own
TEXT_CHARACTERS: Final = 6800  # 20 KB as UTF-8
PER_PAGE: Final = 10
PHRASES: Final = 200  # that are searched for, each the beginning of a title
WARMING: Final = 60  # requests before anything is counted
COUNTED: Final = 24  # requests whose round trips are averaged


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


def prepare(folder: Path, articles: int, console: Console) -> Path:
    """A data directory with so many articles of one author, who finds them; readers find none."""
    home = folder / f"of-one-author-{articles}"
    return content.prepare(home, articles, console, author=AUTHOR, searched=(Kind.OWN,))


@contextmanager
def load(data_dir: Path) -> Iterator[Found]:
    """Scenarios on a data directory that :func:`prepare` made and nobody serves yet."""
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
        saving.create(
            user.user_id, _text(channel_id, "始"), CreateOptions(is_draft=True)
        ).article_id
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
    """Both ends of the list of who wrote most, the end of one of its channels, a search in it."""
    author = db.session.scalars(select(User).where(User.user_name == AUTHOR)).one()
    token, own = _token(author), Article.user_id == author.user_id
    total = _count(own)
    channel_id = db.session.scalars(
        select(Article.channel_id).where(own).order_by(Article.article_id).limit(1)
    ).one()
    of_channel = _count(own, Article.channel_id == channel_id)
    words = db.session.scalars(
        select(Article.title).where(own).order_by(Article.article_id.desc()).limit(PHRASES)
    ).all()

    def page(number: int, **more: int) -> Calls:
        query = urlencode({"page": number, "per_page": PER_PAGE, **more})
        return lambda _: _Call("GET", f"{DOOR}/articles?{query}", token)

    def search(number: int) -> _Call:
        phrase = words[number % len(words)][:2].strip() or "a"
        query = urlencode({"q": phrase, "per_page": PER_PAGE})
        return _Call("GET", f"{DOOR}/search?{query}", token)

    return {
        f"first page of {total:,} own": page(1),
        f"last page of {total:,} own": page(_last(total)),
        f"last of {of_channel:,} in a channel": page(_last(of_channel), channel_id=channel_id),
        f"a search in {total:,} own": search,
    }


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Article).where(*conditions)) or 0


def _last(count: int) -> int:
    return -(-count // PER_PAGE)


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
