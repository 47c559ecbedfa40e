"""Searching the whole product over HTTP, at each of its web processes (search.md §3)."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import quote

import pytest

from common.search.embedded import reading
from scripts.benching.following import BAN, UNBAN, Caller, Told
from scripts.datadir import ADMIN_PASSWORD, read_secret, web_sockets
from tests.support.harness.waiting import eventually
from tests.support.processes.families import command_of
from tests.support.processes.products import TITLES, WEB_WORKERS
from tests.support.processes.programs import program

ASKED = 25  # times at each process, after it has followed
BUDGET_SECONDS = 0.5  # of an answer whose engine is away or slow, by contract
SLACK_SECONDS = 2.5  # a machine that is busy with other tests

pytestmark = [pytest.mark.xdist_group("spread product"), pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def doors(spread) -> Iterator[list[Caller]]:
    """Readers at each web process."""
    with ExitStack() as open_:
        yield [
            open_.enter_context(Caller(each))
            for each in web_sockets(spread.data_dir.resolve(), WEB_WORKERS)
        ]


@pytest.fixture(scope="module")
def operator(spread) -> Iterator[Caller]:
    login = {"account": "admin", "password": read_secret(spread.data_dir, ADMIN_PASSWORD)}
    with Caller(spread.port) as nobody:
        token = nobody.call("POST", "/mis/v1_0/authorizations", login)["token"]
    with Caller(spread.port, token) as caller:
        yield caller


@pytest.fixture
def told(doors) -> Told:
    """An article that each process finds, counts and suggests."""
    (found,) = doors[0].call("GET", f"/v1_0/search?q={quote(TITLES[0])}&per_page=1")["results"]
    told = Told(found["art_id"], found["aut_id"], found["title"])
    for door in doors:  # each opens the index by itself
        eventually(partial(is_seen, door, told), what="the article")
    return told


def decide(operator, told, status):
    operator.call("PUT", "/mis/v1_0/articles", {"article_ids": [told.article_id], "status": status})


def each_comes_to(doors, told, *, total):
    """Wait until each process counts so many hits for the title."""
    for door in doors:
        eventually(partial(counts, door, told, total), what=f"a total of {total}")


def counts(door, told, total):
    return door.total(told.title) == total


def is_seen(door, told):
    return door.shows(told) and door.suggests(told)


def what_is_seen(door, told):
    """Whether it is found, of how many, and whether it is suggested."""
    return door.shows(told), door.total(told.title), door.suggests(told)


@contextmanager
def stopped(run):
    """The process that writes the index sleeps."""
    (writer,) = [each for each in run.family() if "schedule.main" in command_of(each)]
    writer.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        writer.send_signal(signal.SIGCONT)


@contextmanager
def within_budget():
    """What is asked inside is answered without waiting for the engine."""
    assert 2 * reading.PATIENCE_SECONDS <= BUDGET_SECONDS  # an answer may look twice
    began = time.monotonic()
    yield
    assert time.monotonic() - began < BUDGET_SECONDS + SLACK_SECONDS


def test_a_banned_article_is_in_no_answer_and_never_comes_back(doors, operator, told):
    before = doors[0].total(told.title)
    try:
        decide(operator, told, BAN)
        at_once = [door.shows(told) for door in doors]
        each_comes_to(doors, told, total=before - 1)
        later = [what_is_seen(door, told) for _ in range(ASKED) for door in doors]
    finally:
        decide(operator, told, UNBAN)

    assert at_once == [False] * WEB_WORKERS
    assert set(later) == {(False, before - 1, False)}
    each_comes_to(doors, told, total=before)
    assert [door.shows(told) for door in doors] == [True] * WEB_WORKERS


def asked_while_away(door, told):
    """Whether it is found by the beginning of its title, and whether it is suggested."""
    with within_budget():
        path = f"/v1_0/search?q={quote(told.title[:4])}&per_page=50"
        shown = [each["art_id"] for each in door.call("GET", path)["results"]]
    with within_budget():
        suggested = door.suggests(told)
    return told.article_id in shown, suggested


def test_no_answer_is_empty_while_the_index_is_made_anew(spread, doors, told, tmp_path):
    link = spread.data_dir / "search" / "articles"
    before = link.resolve()
    command = ["-m", "scripts.managing", "reindex", "--data-dir", str(spread.data_dir)]
    seen: set[tuple[bool, int, bool]] = set()
    with program(command, os.environ, tmp_path / "reindex.log") as made:
        while made.poll() is None:
            seen.update(what_is_seen(door, told) for door in doors)
    seen.update(what_is_seen(door, told) for door in doors)

    assert made.returncode == 0
    assert link.resolve() != before
    assert seen == {(True, doors[0].total(told.title), True)}


def test_titles_are_searched_while_the_index_is_away_and_the_index_when_it_is_back(
    spread, doors, told
):
    link = spread.data_dir / "search" / "articles"
    away = link.with_name("away")
    with stopped(spread):  # or it would make another index
        os.rename(link, away)
        try:
            answers = [asked_while_away(door, told) for door in doors]
        finally:
            os.rename(away, link)

    assert answers == [(True, False)] * WEB_WORKERS
    assert [door.suggests(told) for door in doors] == [True] * WEB_WORKERS


def test_a_writer_that_holds_the_lock_of_the_index_holds_up_nobody(spread, doors, told):
    folder = (spread.data_dir / "search" / "articles").resolve()
    before = [door.total(told.title) for door in doors]
    with (folder / ".tantivy-meta.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.utime(folder / "meta.json")  # as a commit does: there is a new snapshot to be opened
        for _ in range(3):
            for door, total in zip(doors, before, strict=True):
                with within_budget():
                    assert door.total(told.title) == total

    assert [door.total(told.title) for door in doors] == before


def test_a_writer_that_was_stopped_delays_the_index_and_no_answer(spread, doors, operator, told):
    before = doors[0].total(told.title)
    try:
        with stopped(spread):
            decide(operator, told, BAN)
            with within_budget():
                shown = [door.shows(told) for door in doors]
        each_comes_to(doors, told, total=before - 1)
    finally:
        decide(operator, told, UNBAN)

    assert shown == [False] * WEB_WORKERS
    each_comes_to(doors, told, total=before)
