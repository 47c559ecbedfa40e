"""``scripts/manage import``: what is said, and that an ordinary import alarms nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.conftest import Call
from tests.scripts.test_managing import ROOT, _rows, manage
from tests.support.harness.waiting import eventually

__all__ = ["manage"]

INTERRUPTED = 130
FEED = (
    '<rss version="2.0"><channel><title>田野</title><link>https://field.example/</link>'
    "<item><title>研发 R&D 进展</title><guid>1</guid><description>一</description></item>"
    "<item><guid>2</guid></item>"
    "<item><title>日期</title><guid>3</guid><pubDate>neulich</pubDate></item>"
    "</channel></rss>"
)


@pytest.fixture
def feed(tmp_path: Path) -> str:
    path = tmp_path / "feed.xml"
    path.write_text(FEED, encoding="utf-8")
    return str(path)


def _dump(path: Path, count: int, name: str = "题") -> str:
    lines = [{"title": f"{name}{n}", "content": "正文", "channel": "见闻"} for n in range(count)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return str(path)


def _articles(data_dir: Path) -> int:
    ((count,),) = _rows(data_dir, "select count(*) from news_article_basic")
    return int(str(count))


def _begin(data_dir: Path, *words: str) -> subprocess.Popen[str]:
    """A command that goes on beside the test."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.managing", *words, "--data-dir", str(data_dir)],
        cwd=ROOT,
        env={name: v for name, v in os.environ.items() if not name.startswith("TOUTIAO_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.usefixtures("migrated")
def test_a_summary_names_what_was_taken_mended_and_left_out(ask: Call, feed: str):
    answer = ask("import", feed, "--no-pictures")

    assert (answer.returncode, answer.stderr) == (0, "")
    first, *lines = answer.stdout.splitlines()
    assert first == (
        "Imported 2 articles; 0 were here already, 1 were left out, 2 things were mended. "
        "New: 1 channels, 1 authors."
    )
    assert lines == [
        "  line 1: not well-formed XML: EntityRef: expecting ';' (repaired)",
        "  line 1: it has neither a title nor a text (skipped)",
        "  line 1, “日期”: its date is not understood: neulich (repaired)",
    ]


def test_strict_imports_nothing_that_would_have_to_be_mended(
    ask: Call, migrated: Path, feed: str, tmp_path: Path
):
    refused = ask("import", feed, "--no-pictures", "--strict")
    taken = ask("import", _dump(tmp_path / "dump.jsonl", 3), "--strict")

    assert refused.returncode == 1
    assert "line 1, “日期”" in refused.stdout
    assert refused.stderr.startswith(
        "error: Nothing was imported: 2 things would have to be mended"
    )
    assert (taken.returncode, taken.stderr) == (0, "")
    assert _rows(migrated, "select count(*) from news_article_basic") == [(3,)]


@pytest.mark.usefixtures("migrated")
def test_many_findings_are_counted_and_not_all_listed(ask: Call, tmp_path: Path):
    dump = tmp_path / "dump.jsonl"
    dump.write_text('{"title": "题", "content": "文", "channel": "c"}\n' + "x\n" * 2000)

    answer = ask("import", str(dump))

    assert "2000 were left out" in answer.stdout
    assert answer.stdout.count("\n") < 60
    assert "… and 1950 more." in answer.stdout


@pytest.mark.usefixtures("migrated")
def test_an_import_leaves_nothing_for_the_nightly_job_to_be_alarmed_about(
    ask: Call, tmp_path: Path
):
    ask("jobs", "run", "statistics.fix")

    imported = ask("import", _dump(tmp_path / "dump.jsonl", 300))
    runs = []

    def has_run() -> bool:
        runs.append(ask("jobs", "run", "statistics.fix"))
        return runs[-1].returncode == 0

    eventually(has_run, what="a second of its own")  # by which runs of a job are told apart
    ran = runs[-1]

    assert (imported.returncode, imported.stderr) == (0, "")
    assert "counter_drift" not in imported.stdout + ran.stdout + ran.stderr
    assert "count:user:arts: 0 of 1 differ" in ran.stdout


def test_who_interrupts_an_import_is_told_what_stays(migrated: Path, manage: Call, tmp_path: Path):
    dump = _dump(tmp_path / "dump.jsonl", 40_000)
    importing = _begin(migrated, "import", dump)
    eventually(
        lambda: _articles(migrated),
        what="the first batch",
    )

    importing.send_signal(signal.SIGINT)
    said, complained = importing.communicate(timeout=60)
    stayed = _articles(migrated)
    again = manage("import", dump, "--limit", str(stayed + 500))

    assert importing.returncode == INTERRUPTED
    assert said.startswith("Imported ")
    assert complained.splitlines()[-1].startswith("error: Interrupted.")
    assert "Traceback" not in complained
    assert 0 < stayed < 40_000
    assert again.stdout.startswith(f"Imported 500 articles; {stayed} were here already")


def test_two_imports_at_once_both_succeed(migrated: Path, tmp_path: Path):
    first = _begin(migrated, "import", _dump(tmp_path / "a.jsonl", 3000, "甲"))
    second = _begin(migrated, "import", _dump(tmp_path / "b.jsonl", 1500, "乙"))

    answers = [process.communicate(timeout=90) for process in (first, second)]

    assert [first.returncode, second.returncode] == [0, 0], answers
    assert [complained for _, complained in answers] == ["", ""]
    assert _rows(migrated, "select count(*) from news_article_basic") == [(4500,)]
    assert _rows(migrated, "select count(*) from user_basic") == [(1,)]
