"""What is asked: requests of many logged-in readers, and what one of them costs in round trips."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from werkzeug.test import Client

from common.extensions.db import db
from common.models import Article, User
from common.services.accounts import authentication
from common.services.search import rebuilding
from common.utils.constants import ArticleStatus, UserStatus
from common.utils.observing import metering
from scripts import embedded
from scripts.benching.binding import bound_to
from scripts.benching.load import get

READERS = 30
ARTICLES = 200  # the newest ones, which readers open
WARMING = 2000  # requests before anything is counted: readers come to the end of what is new
COUNTED = 100  # requests whose round trips are averaged


@dataclass(frozen=True)
class Scenario:
    """Requests to send, a typical answer, and the round trips behind one."""

    request: Callable[[int], bytes]
    body: bytes
    stages: float
    statements: float


@contextmanager
def load(name: str, data_dir: Path) -> Iterator[Scenario]:
    """The scenario of this name on a data directory that nobody serves yet."""
    with embedded.EmbeddedStack(data_dir) as stack, bound_to(stack.environment) as settings:
        from scripts.gateway import create_gateway  # noqa: PLC0415 - binds the whole product

        client = Client(create_gateway(settings))
        tokens = _tokens()
        paths = _PATHS[name]()
        body, stages, statements = _count(client, tokens, paths)
    yield Scenario(lambda n: get(paths(n), token=tokens[n % len(tokens)]), body, stages, statements)


def _tokens() -> list[str]:
    rows = db.session.execute(
        select(User.user_id, User.token_version)
        .where(User.status == UserStatus.ENABLED)
        .order_by(User.user_id)
        .limit(READERS)
    ).all()
    return [authentication.issuer().access(user_id, ver=version) for user_id, version in rows]


def _feed_paths() -> Callable[[int], str]:
    """What a reader's app asks when it is opened or pulled: the newest page of 推荐."""
    return lambda _: (
        f"/v1_1/articles?channel_id=0&with_top=0&timestamp={time.time_ns() // 1_000_000}"
    )


def _detail_paths() -> Callable[[int], str]:
    newest = db.session.scalars(
        select(Article.article_id)
        .where(Article.status == ArticleStatus.APPROVED)
        .order_by(Article.feed_ms.desc())
        .limit(ARTICLES)
    ).all()
    chosen = random.Random(1).sample(list(newest), len(newest))  # noqa: S311 - reproducible order
    return lambda n: f"/v1_0/articles/{chosen[n % len(chosen)]}"


def _search_paths() -> Callable[[int], str]:
    """A first page for two characters that stand in a title."""
    rebuilding.prepare()
    titles = db.session.scalars(
        select(Article.title)
        .where(Article.status == ArticleStatus.APPROVED)
        .order_by(Article.feed_ms.desc())
        .limit(ARTICLES)
    ).all()
    return lambda n: f"/v1_0/search?q={quote(titles[n % len(titles)][:2].strip() or 'a')}"


_PATHS = {"feed": _feed_paths, "detail": _detail_paths, "search": _search_paths}


def _count(
    client: Client, tokens: list[str], paths: Callable[[int], str]
) -> tuple[bytes, float, float]:
    """A typical body, and Redis stages and SQL statements per warm request."""
    answer: Any = None
    for n in range(WARMING):
        answer = _ask(client, paths(n), tokens[n % len(tokens)])
    with metering.measure() as spent:
        for n in range(COUNTED):
            answer = _ask(client, paths(n), tokens[n % len(tokens)])
    return answer.data, spent.stages / COUNTED, spent.sql / COUNTED


def _ask(client: Client, path: str, token: str) -> Any:
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:200]}")
    return answer
