"""A change of the list is effective within a second; requests neither ask SQL nor wait for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from common.extensions.db import session_scope, transaction
from common.models import AllowPhrase, SensitiveWord
from common.services.moderation import current_list, sensitive_words
from common.services.moderation.matcher import Matcher
from common.utils.observing import metering
from tests.factories import AllowPhraseFactory, SensitiveWordFactory
from tests.support.harness.waiting import eventually


def found(text):
    """The words in a text."""
    return [hit.word for hit in sensitive_words.find(text)]


@pytest.fixture
def watched(runtime):
    """The thread of web processes looks at the tables."""
    current_list.init(runtime)
    yield
    current_list.close()


def changed(statement):
    """The table changes as by another process: nobody here is told."""
    with transaction() as session:
        session.execute(statement)


def test_the_tables_are_looked_at_more_often_than_once_a_second():
    assert current_list.LOOK_SECONDS + current_list.BREATH_SECONDS < current_list.LATEST_SECONDS < 1


def test_a_change_by_others_shows_by_itself_and_costs_requests_no_sql(watched):
    word = SensitiveWordFactory(word="坏东西")
    assert found("坏东西") == ["坏东西"]

    with metering.measure() as cost:
        changed(update(SensitiveWord).values(word="新词语"))
        written = cost.sql
        eventually(lambda: found("新词语") == ["新词语"])
        assert found("坏东西") == []
        changed(delete(SensitiveWord).where(SensitiveWord.id == word.id))
        eventually(lambda: found("新词语") == [])

    assert cost.sql == 2 * written


def test_a_phrase_that_others_allow_shields_by_itself(watched):
    SensitiveWordFactory(word="发票")
    assert found("发票代码") == ["发票"]

    AllowPhraseFactory(phrase="发票代码")
    eventually(lambda: found("发票代码") == [])

    changed(delete(AllowPhrase))
    eventually(lambda: found("发票代码") == ["发票"])


def test_even_the_first_search_costs_its_thread_no_sql(watched):
    SensitiveWordFactory(word="坏东西")

    with metering.measure() as cost:
        assert found("坏东西") == ["坏东西"]

    assert cost.sql == 0


def test_what_this_process_changed_is_looked_at_without_being_asked_for(watched):
    SensitiveWordFactory(word="坏东西")
    found("坏东西")

    changed(update(SensitiveWord).values(word="新词语"))
    sensitive_words.changed()

    eventually(lambda: found("新词语") == ["新词语"])


@pytest.mark.parametrize("told", [sensitive_words.forget, sensitive_words.changed])
def test_a_look_that_began_before_a_change_does_not_stand_for_one_after_it(
    runtime, monkeypatch, told
):
    SensitiveWordFactory(word="坏东西")

    def meanwhile():
        with session_scope():
            SensitiveWordFactory(word="新词语")
        told()

    def prepared(*rows):
        monkeypatch.setattr(current_list, "Matcher", Matcher)
        with ThreadPoolExecutor(1) as thread:
            thread.submit(meanwhile).result()
        return Matcher(*rows)

    sensitive_words.forget()
    monkeypatch.setattr(current_list, "Matcher", prepared)
    assert found("新词语") == []

    assert found("新词语") == ["新词语"]


def test_an_unchanged_list_is_not_prepared_again(runtime):
    SensitiveWordFactory(word="坏东西")
    prepared = current_list.matcher()

    sensitive_words.forget()

    assert current_list.matcher() is prepared
