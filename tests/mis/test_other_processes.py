"""What is taken from an operator is gone in processes that know better until then (row 36)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from common.services import binding
from common.settings import Settings
from common.utils.constants import ArticleStatus
from common.utils.observing import metering
from scripts.gateway import create_gateway
from tests.factories import ArticleFactory
from tests.support.clients.api import ApiClient
from tests.support.harness.runtime import bound
from tests.support.harness.waiting import eventually
from tests.support.scenarios.operators import MIS
from tests.support.scenarios.reviewing import decided, undone

START_SECONDS = 110.0

_here = ExitStack()
_app: Any = None


def _begin(settings: Settings) -> None:
    """The process serves the whole gateway."""
    global _app
    _here.enter_context(bound(settings))
    _app = create_gateway(settings)
    binding.record_readers(settings)


def _asked(token: str, path: str) -> tuple[str, int]:
    """Message of an answer of this process, and the statements that it cost."""
    with metering.measure() as spent:
        answer = ApiClient(_app, token=token).get(path)
    return answer.json["message"], spent.sql


@pytest.fixture
def other(runtime: Settings) -> Iterator[Any]:
    """``other(client, path)``: the same call in another process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=_begin, initargs=(runtime,)
    ) as pool:

        def ask(client: ApiClient, path: str) -> tuple[str, int]:
            return pool.submit(_asked, client.token, path).result(START_SECONDS)

        yield ask
        pool.submit(_here.close).result(START_SECONDS)


def test_another_process_refuses_what_was_taken_away_and_asks_sql_only_then(
    admin, with_codes, other
):
    operator = with_codes("group-list-get")
    path = f"{MIS}/groups"
    denied, gone = "Permission denied.", "Administrator does not exist."
    assert other(operator, path)[0] == "OK"
    assert other(operator, f"{MIS}/administrators") == (denied, 0)  # warm: the guard needs no SQL

    admin.put(f"{MIS}/groups/{operator.user.group_id}", json={"permission_ids": []})

    eventually(lambda: other(operator, path)[0] == denied)
    assert other(operator, path) == (denied, 0)

    admin.delete(f"{MIS}/administrators/{operator.user.administrator_id}")

    eventually(lambda: other(operator, path)[0] == gone)
    assert other(operator, path) == (gone, 0)


def test_readers_of_another_process_see_a_decision_with_their_next_request(admin, reader, other):
    article_id = ArticleFactory(status=ArticleStatus.PENDING).article_id
    path = f"/v1_0/articles/{article_id}"
    absent = "The article does not exist."
    assert other(reader, path)[0] == absent  # and is remembered there

    batch_id = decided(admin, article_id)["batch_id"]
    assert other(reader, path)[0] == "OK"

    decided(admin, article_id, status=5)
    assert other(reader, path)[0] == absent

    decided(admin, article_id, status=6)
    assert other(reader, path)[0] == "OK"
    assert undone(admin, batch_id) == 0  # more has happened since
