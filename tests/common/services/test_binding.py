"""One list says what each kind of process is told, and what it gives back."""

from __future__ import annotations

import re

import pytest

from common.extensions.db import init_db
from common.extensions.redis import init_redis
from common.services import binding
from common.services.binding import Process
from common.services.chatting import faq
from common.services.outbox import marks
from common.services.reading import views
from tests.support.processes.runs import ROOT


@pytest.mark.parametrize("process", list(Process))
def test_any_kind_of_process_can_be_bound_and_unbound_twice(runtime, process):
    for _ in range(2):
        binding.bind(runtime, process)
        binding.unbind()


def test_workers_need_no_database():
    told = [part for part in binding.PARTS if Process.WORKER in part.used_by]

    assert init_db not in [part.bind for part in told]
    assert init_redis in [part.bind for part in told]


def test_who_answers_questions_of_the_chat_knows_those_of_the_product():
    (part,) = [part for part in binding.PARTS if part.bind is faq.init]

    assert part.used_by == Process.IM | Process.RPC


def test_processes_bind_nothing_beside_the_list_but_who_answers_in_the_chat():
    beside = [
        (path, call)
        for path in (
            "common/celery_tasks/main.py",
            "common/rpc_server/main.py",
            "im/main.py",
            "schedule/main.py",
            "scripts/gateway.py",
        )
        for call in re.findall(
            r"\b\w+\.(?:bind|init\w*)\(", (ROOT / path).read_text(encoding="utf-8")
        )
        if call != "binding.bind("
    ]

    assert beside == [("im/main.py", "chatting.init(")]


def test_what_waits_is_delivered_before_connections_are_given_back():
    given_back = [part.unbind for part in reversed(binding.PARTS)]

    assert given_back.index(marks.flush) < given_back.index(binding._close_db)
    assert given_back.index(views.close) < given_back.index(binding._close_redis)
