"""scripts/manage, as people call it: real processes on a data directory of their own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.scripts.conftest import Call

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef" * 4
PRODUCTION = {
    "TOUTIAO_MODE": "production",
    "TOUTIAO_JWT_SECRET": f"app-{SECRET}",
    "TOUTIAO_MIS_JWT_SECRET": f"mis-{SECRET}",
    "TOUTIAO_SECRET_KEY": f"key-{SECRET}",
    "TOUTIAO_DB_PRIMARY_URL": "mysql+pymysql://toutiao:hidden@db.example/toutiao",
    "TOUTIAO_REDIS_STORE_URL": "redis://:hidden@store.example/0",
    "TOUTIAO_REDIS_CACHE_URL": "redis://cache.example/0",
    "TOUTIAO_BROKER_URL": "amqp://guest:hidden@broker.example/",
    "TOUTIAO_MEDIA_URL": "https://media.example/",
}


@pytest.fixture
def manage(data_dir: Path) -> Call:
    """A process of its own: ``manage("import", "dump.jsonl", stdin="...")``."""

    def call(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scripts.managing", *words, "--data-dir", str(data_dir)],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("TOUTIAO_")},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def _rows(data_dir: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data_dir / "toutiao.db")) as database:
        return database.execute(query).fetchall()


def test_an_installation_is_made_step_by_step(manage: Call, data_dir: Path):
    too_early = manage("seed")
    migrated = manage("migrate")
    seeded = manage("seed")

    assert too_early.returncode == 1
    assert too_early.stderr.startswith("error: The database is not up to date")
    assert migrated.stdout.startswith("Migrated from an empty history to revision")
    assert seeded.returncode == 0
    assert _rows(data_dir, "select account from mis_administrator") == [("admin",)]
    assert _rows(data_dir, "select count(*) from user_basic") == [(0,)]


def test_migrating_again_changes_nothing(ask: Call, migrated: Path):
    before = _rows(migrated, "select * from sqlite_master")

    answer = ask("migrate")

    assert answer.stdout.startswith("The schema is up to date")
    assert _rows(migrated, "select * from sqlite_master") == before


def test_an_administrator_is_created_with_a_password_that_only_he_sees(ask: Call, migrated: Path):
    generated = ask("create-admin", "chief")
    given = ask("create-admin", "second", "--password-stdin", stdin="secret-word-7\n")
    again = ask("create-admin", "chief")
    weak = ask("create-admin", "third", "--password-stdin", stdin="short\n")

    assert "password: " in generated.stdout
    assert given.stdout.split() == ["account:", "second"]
    assert (again.returncode, again.stderr) == (1, "error: chief already exists\n")
    assert weak.returncode == 1
    assert "short" not in weak.stderr
    stored = _rows(migrated, "select account, password from mis_administrator order by 1")
    assert [account for account, _ in stored] == ["chief", "second"]
    assert all(str(password).startswith("$argon2id$") for _, password in stored)


def test_a_dump_is_imported_and_not_doubled(manage: Call, migrated: Path, tmp_path: Path):
    dump = tmp_path / "dump.jsonl"
    items = [{"title": f"题目{n}", "content": "正文", "channel": "见闻"} for n in range(5)]
    dump.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")

    some = manage("import", str(dump), "--limit", "2")
    all_of_it = manage("import", str(dump), "--no-pictures")

    assert some.stdout.startswith("Imported 2 articles; 0 were here already")
    assert "New: 1 channels, 1 authors." in some.stdout
    assert all_of_it.stdout.startswith("Imported 3 articles; 2 were here already")
    assert _rows(migrated, "select count(*) from news_article_basic") == [(5,)]


@pytest.mark.usefixtures("migrated")
def test_an_import_that_cannot_be_says_why_in_one_line(ask: Call, tmp_path: Path):
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{\n", encoding="utf-8")

    answers = {
        source: ask("import", source)
        for source in (str(tmp_path / "none"), str(broken), "http://127.0.0.1/feed")
    }

    for source, answer in answers.items():
        assert answer.returncode == 1, source
        assert answer.stderr.startswith("error: ")
        assert answer.stderr.count("\n") == 1
        assert "Traceback" not in answer.stderr


@pytest.mark.usefixtures("migrated")
def test_jobs_are_listed_run_and_remembered(ask: Call):
    listed = ask("jobs", "list")
    rehearsed = ask("jobs", "run", "statistics.fix", "--dry-run")
    ran = ask("jobs", "run", "statistics.fix")
    unknown = ask("jobs", "run", "nothing")
    history = ask("jobs", "history")

    assert "statistics.fix" in listed.stdout
    assert "statistics.fix would change 0." in rehearsed.stdout
    assert (ran.returncode, unknown.returncode) == (0, 1)
    assert history.stdout.count("statistics.fix") == 1


def test_the_configuration_is_shown_without_its_secrets(ask: Call):
    shown = ask("config", "show", variables=PRODUCTION)

    assert shown.returncode == 0
    assert "mysql+pymysql://toutiao:******@db.example/toutiao" in shown.stdout
    assert SECRET not in shown.stdout
    assert "hidden" not in shown.stdout


def test_the_check_warns_of_what_works_and_is_wrong_all_the_same(ask: Call):
    names = {"TOUTIAO_JWT_EXPIRE_HOURS": "9", "TOUTIAO_CELERY_SETTINGS": "celeryconfig"}

    checked = ask("config", "check", variables=PRODUCTION | names)

    assert checked.returncode == 0
    assert "TOUTIAO_JWT_EXPIRE_HOURS is not a setting and has no effect" in checked.stderr
    assert "TOUTIAO_CELERY_SETTINGS is not read; use TOUTIAO_BROKER_URL" in checked.stderr
    assert "no captcha" in checked.stderr


def test_a_configuration_that_cannot_work_is_an_error_that_names_the_setting(
    ask: Call, data_dir: Path
):
    missing = ask("config", "check", variables={"TOUTIAO_MODE": "production"})
    wrong = ask("config", "check", variables={"TOUTIAO_TZ": "Mars/Olympus"})

    assert missing.returncode == 1
    assert "TOUTIAO_JWT_SECRET: is required" in missing.stderr
    assert wrong.returncode == 1
    assert "TOUTIAO_TZ" in wrong.stderr
    assert not data_dir.exists()


def test_the_demo_is_not_loaded_into_production(ask: Call):
    refused = ask("seed", "--demo", variables=PRODUCTION)

    assert (refused.returncode, refused.stderr) == (1, "error: The demo is not for production.\n")


def test_a_wrong_call_and_a_foreign_directory_are_refused(ask: Call, data_dir: Path):
    data_dir.mkdir()
    (data_dir / "diary.txt").write_text("mine")

    foreign = ask("migrate")
    unknown = ask("fly")

    assert (foreign.returncode, unknown.returncode) == (1, 2)
    assert foreign.stderr.startswith(f"error: {data_dir} ")
    assert sorted(path.name for path in data_dir.iterdir()) == ["diary.txt"]


@pytest.mark.parametrize(
    "command",
    [
        "migrate",
        "schema",
        "create-admin",
        "seed",
        "import",
        "config check",
        "config show",
        "config docs",
        "jobs list",
        "jobs run",
        "jobs history",
        "reindex",
        "search explain",
    ],
)
def test_every_command_explains_itself_with_an_example(command: str, ask: Call):
    answer = ask(*command.split(), "--help")

    assert answer.returncode == 0
    assert f"scripts/manage {command}" in answer.stdout
    assert "--data-dir" in answer.stdout


def test_the_door_for_people_opens_from_any_directory(tmp_path: Path):
    answer = subprocess.run(
        [str(ROOT / "scripts" / "manage"), "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0
    assert "create-admin" in answer.stdout


def test_the_log_of_operators_is_verified_by_command(ask, migrated):
    ask("create-admin", "boss1")
    assert ask("audit", "verify").stdout == "0 entries in order.\nhead: 0:" + "0" * 64 + "\n"
    with closing(sqlite3.connect(migrated / "toutiao.db")) as database:
        database.execute(
            "INSERT INTO mis_operation_log (administrator_id, ip, operation, description, hash)"
            " VALUES (1, '::1', '新增', '新增: 频道 地理', ?)",
            ("0" * 64,),
        )
        database.commit()

    verdict, wrong = ask("audit", "verify"), ask("audit", "verify", "--head", "1")

    assert verdict.returncode == 1
    assert "Entry 1 is missing, or not as it was written." in verdict.stderr
    assert (wrong.returncode, "NUMBER:VALUE" in wrong.stderr) == (1, True)
