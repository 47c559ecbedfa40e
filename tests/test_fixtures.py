"""The ground that all other tests stand on: each starts from nothing, on real stores."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from common.errors import DependencyUnavailable
from common.extensions.db import db
from common.extensions.messaging.push import push
from common.extensions.redis import cache, store
from common.models import AdministratorGroup, Article, ArticleContent, User
from common.services import binding
from common.services.seeding.permissions import SUPER_GROUP
from tests import conftest, factories
from tests.support.harness import leaving, scheduling
from tests.support.harness.threads import at_once
from tests.support.processes.runs import ROOT

HOOKS = {each for each in vars(scheduling).items() if each[0].startswith("pytest_")}
MANY_TESTS = """
import pytest

pytestmark = pytest.mark.{mark}

@pytest.mark.parametrize("n", range(20))
def test(n):
    pass
"""


@pytest.mark.parametrize("_time", [1, 2])
def test_every_test_starts_with_an_empty_database_and_an_empty_redis(_time, runtime, redis):
    found = (db.session.scalar(select(func.count(User.user_id))), redis.dbsize())
    factories.UserFactory()
    store.command("SET", "left", "behind")

    assert found == (0, 0)


def test_every_factory_makes_a_row_by_itself(runtime):
    made = [getattr(factories, name)() for name in factories.__all__]

    assert all(made)


def test_a_published_article_has_an_author_a_body_and_a_place_in_the_feed(runtime):
    older, newer = (factories.ArticleFactory(published=True) for _ in range(2))

    body = db.session.get(ArticleContent, newer.article_id)
    author = db.session.get(User, newer.user_id)
    assert (author.is_verified, body.content) == (True, f"<p>{newer.title}的正文</p>")
    assert older.feed_ms < newer.feed_ms


def test_a_reply_belongs_to_the_thread_of_the_comment_it_answers(runtime):
    comment = factories.CommentFactory()
    reply = factories.CommentFactory(to=comment)
    answer = factories.CommentFactory(to=reply)

    assert answer.article_id == comment.article_id
    assert (answer.parent_id, answer.root_id) == (reply.comment_id, comment.comment_id)


def test_redis_can_be_taken_away_and_given_back(valkey):
    valkey.stop()
    with pytest.raises(DependencyUnavailable):
        store.command("PING")

    valkey.start()

    with valkey.client() as client:
        assert client.ping()


@pytest.mark.settings(demo="on")
def test_a_marker_changes_single_settings(settings):
    assert settings.is_demo


def test_threads_that_start_together_see_what_the_test_has_written(runtime):
    article = factories.ArticleFactory()

    titles = at_once(*[lambda: db.session.get(Article, article.article_id).title] * 4)

    assert titles == [article.title] * 4


def test_what_stays_bound_is_noticed_and_given_back(settings, laid_out):
    binding.bind(settings)
    binding.record_readers(settings)
    db.session.scalar(select(func.count(User.user_id)))
    for edge in (store, cache):
        edge.ping()
    push("left", {})

    assert leaving.left_bound() == list(leaving.HELD)
    assert leaving.left_bound() == []


def test_the_meter_counts_statements_and_round_trips(runtime, cost):
    with cost() as spent:
        db.session.scalar(select(func.count(User.user_id)))
        store.stage([("GET", "a"), ("GET", "b")])

    assert (spent.sql, spent.stages) == (1, 1)


@pytest.mark.parametrize(
    ("client", "path"),
    [
        ("anonymous", "/v1_0/channels"),
        ("reader", "/v1_0/user"),
        ("author", "/v1_0/user"),
    ],
)
def test_clients_are_who_they_are_called(client, path, request):
    answer = request.getfixturevalue(client).get(path)

    assert answer.status_code == 200


def test_the_administrator_belongs_to_the_group_that_may_do_everything(admin):
    group = db.session.get(AdministratorGroup, admin.user.group_id)

    assert group.name == SUPER_GROUP
    assert admin.token is not None


def test_files_and_groups_are_each_run_by_one_worker(tmp_path):
    # The run below has these hooks alone: to import all of the conftest takes longer than the run.
    assert vars(conftest).items() >= HOOKS
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "conftest.py").write_text(f"from {scheduling.__name__} import *\n")
    for number, mark in enumerate(("xdist_group('quality')", "xdist_group('quality')", "x", "x")):
        (tmp_path / f"test_{number}.py").write_text(MANY_TESTS.format(mark=mark))
    command = (sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadgroup", ".")

    tried = subprocess.run(
        (*command, "-p", "no:cacheprovider", "-c", "pytest.ini"),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    ran: dict[str, set[str]] = {}
    for worker, number in re.findall(r"^\[(gw\d)\].* PASSED test_(\d)", tried.stdout, re.M):
        ran.setdefault(number, set()).add(worker)
    assert [len(ran[number]) for number in "0123"] == [1, 1, 1, 1]
    assert ran["0"] == ran["1"]
    assert len(set.union(*ran.values())) == 2
