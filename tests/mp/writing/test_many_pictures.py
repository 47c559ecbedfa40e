"""How many pictures a text may show, and what those cost that nobody ever uploaded (row 64)."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select

from common.extensions.db import db, refresh_view
from common.models import Material
from common.services.writing.contents import bodies
from common.services.writing.typed import typed_pictures
from tests.support.harness.outbox import topics
from tests.support.scenarios.keeping import AUTOSAVES, DRAFT, typed
from tests.support.scenarios.writing import PATH, row_of, saved, sent, written

OWN, ALL = bodies.MAX_OWN_PICTURES, bodies.MAX_PICTURES
TOO_MANY = {"message": "Too many pictures."}
STATEMENTS = 20  # of a save that changes as many pictures as there may be


def img(address):
    return f'<img src="{address}">'


def invented(number):
    """Pictures of somebody's library that nobody ever uploaded."""
    names = [secrets.token_hex(20) for _ in range(number)]
    return "".join(img(f"/media/material/1/{name[:2]}/{name}.jpg") for name in names)


def many(name):
    if name == "own ones":
        return invented(OWN + 1)
    one = "/media/old/one.png" if name == "the same one" else "https://elsewhere.example/one.png"
    return img(one) * (ALL + 1)


@pytest.mark.parametrize("kind", ["own ones", "the same one", "foreign ones"])
def test_too_many_pictures_are_refused_wherever_a_text_is_sent(
    editor, article_id, channel_id, kind
):
    whole = sent(channel_id, content=many(kind))
    unfinished = typed(content=many(kind))

    answers = [
        editor.post(PATH, json=whole, query_string=DRAFT),
        editor.put(f"{PATH}/{article_id}", json=whole, query_string=DRAFT),
        editor.put(f"{PATH}/{article_id}/autosave", json=unfinished),
        editor.post(AUTOSAVES, json=unfinished),
    ]

    assert [(each.status_code, each.json) for each in answers] == [(413, TOO_MANY)] * 4
    assert row_of(article_id).version == 1


def test_as_many_pictures_as_there_may_be_are_kept(editor, channel_id):
    different = invented(OWN)
    again = img("https://elsewhere.example/one.png") * (ALL - OWN)

    written(editor, channel_id, content=different + again)


def test_two_halves_that_come_to_too_many_pictures_are_not_merged(
    editor, article_id, channel_id, save, save_from
):
    save("<p>一</p><p>二</p><p>三</p>")
    half = OWN // 2 + 1
    save(f"<p>一</p><p>二</p><p>{invented(half)}</p>")

    answer = save_from(
        2, query=DRAFT | {"merge": "1"}, content=f"<p>{invented(half)}</p><p>二</p><p>三</p>"
    )

    assert (answer.status_code, answer.json["data"]["conflicts"]) == (409, ["content"])


def test_pictures_that_nobody_uploaded_come_and_go_without_a_trace(
    editor, channel_id, article_id, cost
):
    path = f"{PATH}/{article_id}/autosave"
    for _ in range(3):
        with cost() as spent:
            answer = saved(editor, article_id, channel_id, query=DRAFT, content=invented(OWN))
        assert answer.status_code == 201
        assert spent.sql <= STATEMENTS
        assert editor.put(path, json=typed(content=invented(OWN))).status_code == 201
        typed_pictures.flush()

    assert topics().count("media.release") == 0
    assert materials() == 0


def materials():
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(Material))
