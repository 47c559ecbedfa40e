"""Whoever reaches into a foreign package is found, and nobody who does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sources.private_parts import Use, uses_in
from tests.support.sources.undocumented import undocumented_in

OWN = "class Own:\n    def __init__(self): self._x = 1\n"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from redis._parsers.hiredis import NOT_ENOUGH_DATA", "redis._parsers.hiredis"),
        ("from flask.ctx import _sentinel", "flask.ctx._sentinel"),
        ("import redis._parsers", "redis._parsers"),
        ("def f(connection): connection._sock.close()", "_sock"),
        ("def f(pool): return getattr(pool, '_created')", "_created"),
        ("def f(model): return model.__pydantic_fields_set__", "__pydantic_fields_set__"),
        ("created = attrgetter('pool._created')", "_created"),
        ("import operator; close = operator.methodcaller('_close')", "_close"),
        (f"{OWN}    def f(self, other): return other._x", "_x"),
    ],
)
def test_whoever_reaches_for_one_more_is_found(line, name):
    (found,) = uses_in(Path("common/utils/clock.py"), line)

    assert found.name.startswith(name)


@pytest.mark.parametrize(
    "line",
    [
        "from __future__ import annotations",
        "from common.utils.observing.metering import _tally",
        "import os; os._exit(0)",
        f"{OWN}    def f(self, other: Own): self._x = other._x",
        f"{OWN}    def f(self, *, other: Own | None): self._x = other._x",
        "def f(error): return error.__cause__",
    ],
)
def test_what_is_ours_or_public_is_not_taken_for_private(line):
    assert uses_in(Path("common/utils/clock.py"), line) == set()


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("utils/clock.py", "from redis import utils\nutils.width = 1", "redis.utils.width"),
        (
            "utils/clock.py",
            "import redis.utils\nsetattr(redis.utils, 'width', 1)",
            "redis.utils.width",
        ),
        ("utils/clock.py", "from flask import Flask\ndel Flask.run", "flask.Flask.run"),
        (
            "utils/clock.py",
            "from flask import Flask\ndef f(app): super(Flask, app).run()",
            "flask.Flask.run",
        ),
        ("extensions/redis/pools.py", "def f(link): link.can_read(0)", "can_read"),
    ],
)
def test_whoever_does_more_than_is_promised_is_found(path, text, name):
    assert undocumented_in(Path("common", path), text) == {Use(f"common/{path}", name)}


def test_what_objects_of_foreign_classes_keep_is_found():
    text = "class Rooms(Manager):\n    def f(self): return self.rooms, self.callbacks"

    found = undocumented_in(Path("im/rooms.py"), text)

    assert found == {Use("im/rooms.py", "callbacks"), Use("im/rooms.py", "rooms")}


@pytest.mark.parametrize(
    "text",
    [
        "import flask\nflask.g.user_id = 1",
        "from common.utils import clock\nclock.width = 1",
        "class Own(Base):\n    def f(self): super(Base, self).f(); self.x = 1",
    ],
)
def test_what_is_meant_for_us_is_not_taken_for_theirs(text):
    assert undocumented_in(Path("common/utils/clock.py"), text) == set()
