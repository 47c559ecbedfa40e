"""Storms: many clients who write about the same few things at once, and what must come out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from redis import Redis
from sqlalchemy import ColumnElement, func, select

from common.cache.engine.counters import Counter as Figure
from common.extensions.db import db, refresh_view
from tests.support.clients.api import ApiClient
from tests.support.harness.outbox import relay_everything
from tests.support.harness.threads import at_once

CLIENTS = 50
CALLS = 12
Call = tuple[str, str, Any]  # method, path, body
Answer = tuple[str, int]  # method, or "SELF", and status


def storm(
    crowd: Sequence[ApiClient],
    calls_of: Callable[[ApiClient, random.Random], Iterable[Call]],
    *others: Callable[[], object],
) -> Counter[Answer]:
    """Each client makes its calls in an order of its own.

    :returns: how often a status was the answer to a method, as in ``{("POST", 201): 7}``; calls
        that name the caller himself as their target stand under ``"SELF"``
    """

    def run(client: ApiClient, seed: int) -> list[Answer]:
        answers = []
        for method, path, body in calls_of(client, random.Random(seed)):
            status = client.open(path, method=method, json=body).status_code
            is_about_people = method == "POST" and path.startswith("/v1_0/user/")
            is_own = is_about_people and body["target"] == client.user.user_id
            answers.append(("SELF" if is_own else method, status))
        return answers

    clients = [lambda c=c, n=n: run(c, n) for n, c in enumerate(crowd)]
    answers: list[Any] = at_once(*clients, *others)[: len(crowd)]
    relay_everything()
    refresh_view()
    return Counter(answer for each in answers for answer in each)


def made(statuses: Mapping[Answer, int], method: str) -> int:
    """How many calls of a method were made, whatever came of them."""
    return sum(count for (made_by, _), count in statuses.items() if made_by == method)


def toggles(
    chance: random.Random, posts: Sequence[str], deletes: Sequence[str], targets: Sequence[int]
) -> Iterator[Call]:
    """Random calls: what can be set or taken back, on random targets."""
    for _ in range(CALLS):
        target = chance.choice(targets)
        if chance.random() < 0.6:
            yield "POST", chance.choice(posts), {"target": target}
        else:
            yield "DELETE", f"{chance.choice(deletes)}/{target}", None


def by(column: Any, *conditions: ColumnElement[bool]) -> dict[int, int]:
    """How many rows there are by a column, in SQL."""
    rows = db.session.execute(select(column, func.count()).where(*conditions).group_by(column))
    return dict(rows.all())


def assert_no_duplicates(*columns: Any) -> None:
    """No two rows have the same values in these columns."""
    doubles = select(*columns).group_by(*columns).having(func.count() > 1)
    assert db.session.execute(doubles).all() == []


def assert_figures(redis: Redis, counter: Figure, truth: Mapping[int, int]) -> None:
    """The counter says what SQL says, and nothing of anybody else."""
    stored: Any = redis.zrange(counter.key, 0, -1, withscores=True)
    assert {int(member): int(score) for member, score in stored} == truth


def data(client: ApiClient, path: str) -> Any:
    """The data of an answer that is there."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.json["data"]
