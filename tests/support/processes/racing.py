"""Two reviewers in processes of their own, who work one queue off over HTTP."""

from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple

from common.services import binding
from common.settings import Settings
from scripts.gateway import create_gateway
from tests.support.clients.api import ApiClient
from tests.support.harness.runtime import bound
from tests.support.scenarios.reviewing import ARTICLES, decided, ids_of, listed

START_SECONDS = 120.0
RACE_SECONDS = 800.0
AT_A_TIME = 50
PAUSE_SECONDS = 0.05  # of who came too late
RELEASED_EACH = 3  # every so many of what was claimed is given up, for whoever comes next

_here = ExitStack()
_app: Any = None
_together: Barrier


class Raced(NamedTuple):
    """What became of a reviewer's work: articles, and rounds that ended in nothing."""

    decided: int
    released: int
    came_too_late: int


def race(settings: Settings, *reviewers: ApiClient) -> list[Raced]:
    """Let them work the queue of waiting articles off together; in the order of the reviewers."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        len(reviewers),
        mp_context=context,
        initializer=_begin,
        initargs=(settings, context.Barrier(len(reviewers))),
    ) as pool:
        working = [pool.submit(_work, each.token, at) for at, each in enumerate(reviewers, start=1)]
        raced = [each.result(RACE_SECONDS) for each in working]
        for _ in [pool.submit(_end) for _ in reviewers]:
            _.result(START_SECONDS)
    return raced


def _begin(settings: Settings, together: Barrier) -> None:
    """The process serves the whole gateway."""
    global _app, _together
    _together = together
    settings = settings.model_copy(update={"worker_id": None})  # any that nobody has leased
    _here.enter_context(bound(settings))
    _app = create_gateway(settings)
    binding.record_readers(settings)


def _end() -> None:
    _together.wait(START_SECONDS)  # so that each process has its turn
    _here.close()


def _work(token: str, number: int) -> Raced:
    """Claim what waits longest, decide about what one got, until nothing waits any more."""
    client = ApiClient(_app, token=token)
    count = released = late = rounds = 0
    _together.wait(START_SECONDS)
    while listed(client, waiting=1, per_page=1)["total_count"]:
        rounds += 1
        # Mostly the same page as the other: what is claimed hides nothing.
        page = listed(client, waiting=1, per_page=AT_A_TIME, page=1 + rounds % (number + 1))
        mine = _claim(client, ids_of(page))
        if not mine:
            late += 1
            time.sleep(PAUSE_SECONDS)
        elif rounds % RELEASED_EACH == 0:
            client.delete(f"{ARTICLES}/claims", json={"article_ids": mine})
            released += len(mine)
        else:
            count += decided(client, *mine, status=1 + number)["count"]
    return Raced(count, released, late)


def _claim(client: ApiClient, article_ids: list[int]) -> list[int]:
    if not article_ids:
        return []
    answer = client.post(f"{ARTICLES}/claims", json={"article_ids": article_ids})
    assert answer.status_code == 201, answer.text
    mine: list[int] = answer.json["data"]["article_ids"]
    return mine
