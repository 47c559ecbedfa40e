"""How often words held something back is summed up behind the requests (additions.md §3)."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from common.extensions.db import db, engine, refresh_view
from common.models import SensitiveWord
from common.services.moderation import hold_counts, sensitive_words
from tests.factories import ArticleFactory, SensitiveWordFactory, UserFactory
from tests.support.harness.threads import at_once

TABLE = "recommend_sensitive_word"


@pytest.fixture
def statements(runtime):
    """The thread and the text of each statement."""
    noted = []

    def note(_connection, _cursor, text, *_):
        noted.append((threading.current_thread().name, text))

    event.listen(engine(), "before_cursor_execute", note)
    yield noted
    event.remove(engine(), "before_cursor_execute", note)


def counts():
    """What SQL has, by word."""
    refresh_view()
    rows = db.session.query(SensitiveWord.word, SensitiveWord.hold_count)
    return dict(rows.order_by(SensitiveWord.id).all())


def test_fifty_comments_with_a_hot_word_change_its_row_behind_their_requests(sign_in, statements):
    SensitiveWordFactory(word="坏东西")
    article = ArticleFactory(published=True).article_id
    clients = [sign_in(UserFactory()) for _ in range(5)]

    def comment(client):
        bodies = [{"target": article, "content": f"坏东西，坏东西{number}"} for number in range(10)]
        return [client.post("/v1_0/comments", json=body).status_code for body in bodies]

    answers = at_once(*(partial(comment, client) for client in clients))
    hold_counts.flush()

    assert answers == [[201] * 10] * 5
    assert counts() == {"坏东西": 50}
    written = [thread for thread, text in statements if text.startswith(f"UPDATE {TABLE}")]
    assert written  # by the thread behind the requests, or by the flush of the test
    assert set(written) <= {"hold-counts", threading.current_thread().name}
    assert len(written) < 50


def test_a_text_counts_each_of_its_words_once_and_changes_no_list(runtime):
    SensitiveWordFactory(word="坏东西", hold_count=2)
    SensitiveWordFactory(word="加微信")
    before = db.session.query(SensitiveWord.update_time).all()

    for text in ("坏东西，坏东西", "加微信，坏东西"):
        sensitive_words.note_hits(sensitive_words.find(text))
    hold_counts.flush()

    assert counts() == {"坏东西": 4, "加微信": 1}
    assert db.session.query(SensitiveWord.update_time).all() == before


def test_many_words_are_counted_in_few_statements(runtime, statements):
    words = [SensitiveWordFactory(word=f"坏东西{number}") for number in range(60)]

    hold_counts.hold_counts().add(word.id for word in words)
    hold_counts.flush()

    assert set(counts().values()) == {1}
    assert len([text for _, text in statements if text.startswith(f"UPDATE {TABLE}")]) == 1


def test_what_could_not_be_written_is_written_later(runtime):
    SensitiveWordFactory(word="坏东西")

    def fail(_connection, _cursor, text, *_):
        if text.startswith(f"UPDATE {TABLE}"):
            raise OperationalError(text, {}, ConnectionError())

    event.listen(engine(), "before_cursor_execute", fail)
    sensitive_words.note_hits(sensitive_words.find("坏东西"))
    hold_counts.flush()
    event.remove(engine(), "before_cursor_execute", fail)
    assert counts() == {"坏东西": 0}
    sensitive_words.note_hits(sensitive_words.find("坏东西"))
    hold_counts.flush()

    assert counts() == {"坏东西": 2}
