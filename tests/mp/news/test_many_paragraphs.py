"""Saves of very many paragraphs: time grows with the text's length, not faster.

contract/additions.md §2, "time limits of work". Compared are CPU times of one thread, of a text
and of one that is ten times as long; what grew with the square would take a hundred times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from common.services.moderation import sensitive_words
from tests.factories.moderation import SensitiveWordFactory
from tests.support.scenarios.writing import PATH, saved, sent, version_of, written

MANY = 20_000
TIMES = 10
AT_MOST = 3 * TIMES  # of the shorter one's time
TRIES = 3
TEXTS: dict[str, Callable[[int], str]] = {
    "alike": lambda _number: "<p>清晨六点</p>",
    "of two kinds": lambda number: f"<p>{'甲乙'[number * number % 7 % 2]}</p>",
    "disguised words": lambda _number: "<p>赌*博 读薄</p>",
}


def paragraphs(kind: str, number: int, first: str = "") -> str:
    """A text of so many paragraphs, behind one of its own."""
    return first + "".join(map(TEXTS[kind], range(number)))


def everything(editor: Any, channel_id: int, kind: str, number: int) -> float:
    """CPU seconds of this thread for creating, submitting, a refused save, typing and history."""
    text = paragraphs(kind, number)
    began = time.thread_time()
    article_id = written(editor, channel_id, content=text, draft=True)
    base = {"If-Match": version_of(editor, article_id)}
    changed = paragraphs(kind, number, "<p>新</p>")
    assert saved(editor, article_id, channel_id, content=changed).status_code == 201
    stale = paragraphs(kind, number, "<p>别的</p>")
    merging = {"draft": "true", "merge": "1"}
    refused = saved(editor, article_id, channel_id, content=stale, query=merging, headers=base)
    assert refused.status_code == 409
    typed = editor.put(f"{PATH}/{article_id}/autosave", json=sent(channel_id, content=stale))
    assert typed.status_code == 201
    assert editor.get(f"{PATH}/{article_id}/revisions/0/diff?with=1").status_code == 200
    return time.thread_time() - began


@pytest.mark.parametrize("kind", TEXTS)
def test_ten_times_the_paragraphs_take_about_ten_times_as_long(editor, channel_id, kind):
    SensitiveWordFactory(word="赌博", weights=1, mode=3)
    sensitive_words.forget()
    everything(editor, channel_id, kind, 10)  # whatever a first one prepares

    def factor() -> float:
        short = everything(editor, channel_id, kind, MANY // TIMES)
        return everything(editor, channel_id, kind, MANY) / short

    # On a busy machine the same work costs more now and then; what is quadratic always does.
    assert any(factor() <= AT_MOST for _ in range(TRIES))
