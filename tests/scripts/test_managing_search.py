"""The search index by hand, as people call it (docs/search.md)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scripts.managing.console import Bars
from tests.scripts.conftest import Call

LINE = {"title": "城市夜跑地图", "content": "<p>路线</p>", "channel": "城市"}


def test_the_search_index_is_made_anew_and_explains_itself(
    migrated: Path, tmp_path: Path, ask: Call
):
    dump = tmp_path / "dump.jsonl"
    dump.write_text(json.dumps(LINE))
    ask("import", str(dump))
    before = ask("search", "explain", "夜跑", "1")
    made = ask("reindex")
    with closing(sqlite3.connect(migrated / "toutiao.db")) as database:
        ((article_id,),) = database.execute("SELECT article_id FROM news_article_basic").fetchall()

    found = ask("search", "explain", "夜跑", str(article_id))
    other = ask("search", "explain", "早餐", str(article_id))
    unknown = ask("search", "explain", "夜跑", "404")
    misspelt = ask("search", "explain", "城市夜炮", str(article_id))
    beyond = ask("search", "explain", "夜跑", str(2**64))
    odd = ask("search", "explain", "x" * 51, "404")

    assert (before.returncode, odd.returncode) == (1, 1)  # there was no index
    assert "articles: 1 articles" in made.stdout
    assert "Found as typed" in found.stdout
    assert "title" in found.stdout
    assert "has none of these terms" in other.stdout
    assert "not in the index" in unknown.stdout
    assert "Searched for instead: 城市夜跑" in misspelt.stdout
    assert "Found as typed" in misspelt.stdout
    assert beyond.returncode == 2
    assert "Traceback" not in beyond.stderr


def test_bars_show_how_far_each_index_is(
    migrated: Path, tmp_path: Path, ask: Call, monkeypatch: pytest.MonkeyPatch
):
    dump = tmp_path / "dump.jsonl"
    dump.write_text("\n".join(json.dumps(LINE | {"title": f"夜跑第{n}圈"}) for n in range(3)))
    ask("import", str(dump))
    shown: list[tuple[object, ...]] = []
    monkeypatch.setattr(Bars, "report", lambda _bars, *said: shown.append(said))

    ask("reindex")

    names = ("Readers' articles", "Authors' own articles")
    assert shown == [(name, done, 3) for name in names for done in (0, 3)]
