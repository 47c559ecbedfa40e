"""How often an editor may autosave and compare in a minute (user-app.md §1.10)."""

from __future__ import annotations

import pytest

from tests.factories import UserFactory
from tests.support.scenarios.keeping import AUTOSAVES, keep, typed
from tests.support.scenarios.writing import PATH

AUTOSAVES_PER_MINUTE = 120
DIFFS_PER_MINUTE = 60
NOTHING = 404


@pytest.mark.parametrize("path", [f"{PATH}/{NOTHING}/autosave", f"{AUTOSAVES}/{NOTHING}"])
def test_all_ways_to_autosave_share_one_budget(editor, sign_in, article_id, path):
    refused = [editor.put(path, json=typed()).status_code for _ in range(AUTOSAVES_PER_MINUTE)]

    answers = [
        editor.put(f"{PATH}/{article_id}/autosave", json=typed()),
        editor.post(AUTOSAVES, json=typed()),
        editor.put(f"{AUTOSAVES}/{NOTHING}", json=typed()),
    ]

    assert set(refused) <= {400, 404}
    assert [answer.status_code for answer in answers] == [429] * 3
    assert answers[0].json == {"message": "Too many requests."}
    assert 1 <= int(answers[0].headers["Retry-After"]) <= 60
    other = sign_in(UserFactory(verified=True))
    assert other.post(AUTOSAVES, json=typed()).status_code == 201


def test_a_repeated_autosave_takes_nothing_from_the_budget(editor):
    key = {"Idempotency-Key": "one"}
    first = editor.post(AUTOSAVES, json=typed(), headers=key)
    for _ in range(AUTOSAVES_PER_MINUTE):
        editor.put(f"{AUTOSAVES}/{NOTHING}", json=typed())

    again = editor.post(AUTOSAVES, json=typed(), headers=key)

    assert (again.status_code, again.json) == (201, first.json)


def test_saves_are_not_limited_with_autosaves(editor, article_id, save):
    for _ in range(AUTOSAVES_PER_MINUTE):
        editor.put(f"{AUTOSAVES}/{NOTHING}", json=typed())

    assert save("<p>二</p>") == 2


def test_diffs_have_a_budget_of_their_own(editor, article_id, save):
    save("<p>二</p>")
    keep(editor, article_id)
    path = f"{PATH}/{article_id}/revisions/2/diff"

    answers = [editor.get(path).status_code for _ in range(DIFFS_PER_MINUTE + 1)]

    assert answers == [200] * DIFFS_PER_MINUTE + [429]
    assert editor.get(f"{PATH}/{article_id}/revisions/2").status_code == 200
