"""The header ``Idempotency-Key`` (user-app.md §1.10, security.md row 90, faults.md 76)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from flask import g, request
from pydantic import BaseModel
from sqlalchemy import func, select
from werkzeug.test import Client

from common.errors import Conflict, InvalidInput, TransactionConflict
from common.extensions.db import after_commit, db, refresh_view, transaction
from common.extensions.web import Application, init_web
from common.models import IdempotencyKey, SensitiveWord
from common.services import idempotency
from common.utils import clock
from common.utils.http.idempotency import use_idempotency
from common.utils.observing import metering
from common.utils.output import Api, Resource, add_routes
from common.utils.parser import Id
from tests.support.clients.uploading import PNG, as_files
from tests.support.harness.threads import at_once


class Making:
    """What the resource of these tests does, and how often it was asked to."""

    def __init__(self):
        self.calls = 0
        self.followed = 0
        self.lock = threading.Lock()
        self.before = lambda: None
        self.after = lambda: None

    def make(self, word):
        with self.lock:
            self.calls += 1
            number = self.calls
        self.before()
        with transaction() as session:
            session.add(SensitiveWord(word=f"{word}{number}", weights=1))
            after_commit(self.follow)
        self.after()
        return {"number": number}

    def follow(self):
        self.followed += 1


making = Making()


def begin_anew():
    """As if nothing had been made yet."""
    vars(making).update(vars(Making()))


class Word(BaseModel):
    word: Id


class Upload(BaseModel):
    image: bytes


class WordListResource(Resource):
    """Makes rows."""

    def post(self, body: Word):
        """Make one."""
        return making.make(body.word), 201

    def put(self):
        """Make one, without any care."""
        return making.make(0), 201


class WordResource(Resource):
    """Makes rows of one kind."""

    def post(self, word):
        """Make one, and say which it is."""
        made = making.make(word)
        return made, 201, {"ETag": f'"{made["number"]}"'}


class PictureResource(Resource):
    """Takes files."""

    def post(self, files: Upload):
        """Take one."""
        return making.make(len(files.image)), 201


@pytest.fixture
def call(runtime):
    """Calls an app of two doors' kind, as some user."""
    begin_anew()
    app = Application("test")
    routes = [
        ("/words", WordListResource),
        ("/alias", WordListResource),
        ("/words/<id:word>", WordResource),
        ("/pictures", PictureResource),
    ]
    add_routes(app, Api(app), "news", routes)
    use_idempotency(app, idempotency, prefix="app", holder="user_id")
    init_web(app, runtime, door="user")

    @app.before_request
    def _log_in():
        if "User" in request.headers:
            g.user_id = int(request.headers["User"])

    def call(key=None, *, path="/words", user=7, method="POST", word=1, **options):
        headers = {} if user is None else {"User": str(user)}
        if key is not None:
            headers["Idempotency-Key"] = key
        options = options or {"json": {"word": word}}
        return Client(app).open(path, method=method, headers=headers, **options)

    return call


def rows(model=SensitiveWord):
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_repeat_gets_the_first_answer_and_has_no_effect(call):
    answers = [call("k1") for _ in range(3)]

    assert [(each.status_code, each.data) for each in answers] == [
        (201, b'{"message":"OK","data":{"number":1}}\n')
    ] * 3
    assert {each.headers["Content-Type"] for each in answers} == {"application/json"}
    assert (making.calls, making.followed, rows()) == (1, 1, 1)


def test_a_repeat_gets_the_headers_of_the_first_answer(call):
    first, again = (call("k1", path="/words/3", data=b"") for _ in range(2))

    assert first.headers["ETag"] == again.headers["ETag"] == '"1"'
    assert set(again.headers.keys()) == set(first.headers.keys())
    assert len(again.headers.getlist("Content-Type")) == 1


def test_of_parallel_repeats_exactly_one_is_done(call):
    answers = at_once(*[lambda: call("k1")] * 6)

    assert {(each.status_code, each.data) for each in answers} == {
        (201, b'{"message":"OK","data":{"number":1}}\n')
    }
    assert (making.followed, rows(), rows(IdempotencyKey)) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"word": 2},
        {"json": {"word": 1, "more": 1}},
        {"path": "/words?draft=1"},
        {"path": "/words/1"},
        {"path": "/pictures"} | as_files(image=PNG),
    ],
)
def test_another_request_under_the_same_key_is_refused(call, other):
    call("k1")

    answer = call("k1", **other)

    assert answer.status_code == 409
    assert answer.json == {"message": "The idempotency key was used for another request."}
    assert (making.calls, rows()) == (1, 1)


def test_other_objects_of_one_route_are_other_requests(call):
    answers = [call("k1", path=f"/words/{word}", data=b"") for word in (1, 2)]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_an_alias_of_a_path_is_the_same_route(call):
    assert [call("k1", path=path).json["data"]["number"] for path in ("/words", "/alias")] == [1, 1]


def test_keys_belong_to_their_users(call):
    assert [call("k1", user=user).json["data"]["number"] for user in (7, 8, 7)] == [1, 2, 1]


@pytest.mark.parametrize("options", [{"user": None}, {"method": "PUT"}])
def test_visitors_and_other_verbs_are_not_concerned(call, options):
    answers = [call("k1", **options) for _ in range(2)]

    assert [answer.json["data"]["number"] for answer in answers] == [1, 2]
    assert rows(IdempotencyKey) == 0


@pytest.mark.parametrize("key", ["x" * 65, "ключ".encode().decode("latin-1"), "a\x7fb", "", " "])
def test_a_key_that_will_not_do_is_refused(call, key):
    """Empty is what the web server makes of one that is no ASCII."""
    answer = call(key)

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == ["Idempotency-Key"]
    assert making.calls == 0


def test_no_key_costs_nothing_and_promises_nothing(call):
    call(None)

    with metering.measure() as cost:
        answer = call(None)

    assert answer.json["data"]["number"] == 2
    assert cost.sql == 1  # the row itself
    assert rows(IdempotencyKey) == 0


@pytest.mark.parametrize("key", ["x" * 64, "8e03978e-40d5-43e8-bc93-6894a57f9324", "' OR 1=1 --"])
def test_keys_of_all_kinds_are_taken(call, key):
    assert [call(key).json["data"]["number"] for _ in range(2)] == [1, 1]


def test_the_separator_of_a_form_is_not_part_of_it(call):
    forms = [as_files(image=PNG) for _ in range(2)]
    assert forms[0]["content_type"] != forms[1]["content_type"]

    answers = [call("k1", path="/pictures", **form) for form in forms]
    other = call("k1", path="/pictures", **as_files(image=PNG + b"x"))

    assert [answer.json["data"]["number"] for answer in answers] == [1, 1]
    assert other.status_code == 409


def refuse(error):
    def refuse():
        raise error

    return refuse


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidInput("No."), 400), (Conflict("Taken."), 409), (RuntimeError("defect"), 500)],
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_was_refused_or_failed_left_no_trace_and_may_be_tried_again(
    call, moment, error, status
):
    setattr(making, moment, refuse(error))
    failed = call("k1")
    after_failure = (rows(), rows(IdempotencyKey))

    setattr(making, moment, lambda: None)
    answer = call("k1")

    assert (failed.status_code, after_failure) == (status, (0, 0))
    assert (answer.status_code, rows(), making.followed) == (201, 1, 1)


def test_a_transaction_that_the_database_gave_up_is_repeated_as_a_whole(call):
    def give_up_once():
        if making.calls == 1:
            raise TransactionConflict

    making.after = give_up_once

    answer = call("k1")

    assert answer.json["data"] == {"number": 2}
    assert (rows(), rows(IdempotencyKey)) == (1, 1)


@pytest.mark.parametrize(("hours", "calls"), [(23.9, 1), (24.1, 2)])
def test_answers_are_kept_for_a_day(call, hours, calls):
    call("k1")

    with time_machine.travel(clock.utc_now() + timedelta(hours=hours)):
        later = [call("k1") for _ in range(2)]

    assert making.calls == calls
    assert {answer.json["data"]["number"] for answer in later} == {calls}


def test_the_row_has_the_form_of_the_contract(call):
    call("k1", user=10**14)

    refresh_view()
    row = db.session.scalars(select(IdempotencyKey)).one()
    assert (row.owner, row.idem_key) == (f"app:{10**14}", "k1")
    assert (row.route, row.status, len(row.body_hash)) == ("test:news.wordlist", 201, 64)
