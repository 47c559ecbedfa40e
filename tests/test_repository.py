"""What the repository as a whole promises: no secrets, complete locks, usable scripts."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.settings.product import BURNED_SECRETS
from tests.support.harness.patches import COMPUTED, inner_parts_set_by

ROOT = Path(__file__).parents[1]
SKIPPED_FOLDERS = {".git", ".venv", "__pycache__", "data", ".data", "node_modules"}
SOURCE_TREES = ("common", "toutiao", "mp", "mis", "im", "schedule", "scripts", "tests", ".ci")
MAX_LINES = 300
MAX_MODULES = 25  # of one folder (docs/style.md §1)
# By a tool, or once and for all: the schema that existing databases start from.
GENERATED = re.compile(r"_pb2(_grpc)?\.pyi?$|/console/dist/|/0001_reference_schema\.py$")
SECRET_SHAPES = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "Aliyun key": re.compile(r"\bLTAI[0-9A-Za-z]{12,24}\b"),
    "GitHub token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "Slack token": re.compile(r"\bxox[abpr]-[0-9A-Za-z-]{10,}"),
    "signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
}
# The example in the published API document, which ran out in 2018: by its hash, to let in no other.
PUBLISHED_EXAMPLES = frozenset({"34e2bd1b9a16e8dfecc11d2a8db86f629d665a3f9335f557b4822d46c9732521"})
WORD = re.compile(r"[^\s\"'`<>()\[\]{},;]{16,}")
REASONED = re.compile(r"# type[:] ignore\[[a-z-, ]+\] # \S")
# What tests still set of ours that is not theirs, and why; no times.
PATCHABLE = {
    # Bounds of what a whole process holds or does at once.
    ("tests/common/cache/engine/test_tracked.py", "LONGEST_REMEMBERED"),
    ("tests/common/services/behaviour/test_recorder.py", "MAX_LINE_BYTES"),
    ("tests/common/services/counters/test_rebuilding.py", "CHUNK"),
    ("tests/common/services/jobs/test_purging.py", "AT_ONCE"),
    ("tests/common/services/jobs/test_purging.py", "NOTIFICATIONS_PER_USER"),
    ("tests/common/services/recommending/test_exposures.py", "HISTORIES_KEPT"),
    ("tests/common/services/search/test_rebuilding.py", "CHUNK"),
    # Patterns and steps that are watched at their work, or must not be reached.
    ("tests/common/search/test_highlighting.py", "_of_word"),
    ("tests/common/services/importing/test_rivalry.py", "_is_rivalry"),
    ("tests/common/utils/http/test_aside.py", COMPUTED),
    ("tests/common/utils/http/test_aside.py", "_PIECE"),
    ("tests/common/utils/parameters/test_basic.py", "_CONTROLS"),
    ("tests/common/utils/pictures/test_animations.py", "_measured"),
    ("tests/common/utils/pictures/test_attacks.py", "_pixels"),
    ("tests/mp/test_preparing.py", COMPUTED),
    # Steps that fail, or at which a process is killed: each one of a procedure in turn.
    ("tests/common/services/media/test_materials.py", COMPUTED),
    ("tests/common/services/media/test_materials.py", "_first"),
    ("tests/common/services/search/test_rebuilding.py", COMPUTED),
    ("tests/support/processes/crashing.py", "_write"),
    ("tests/support/processes/crashing_uploads.py", "_finish"),
    ("tests/support/processes/crashing_uploads.py", "_first"),
    ("tests/support/processes/crashing_uploads.py", "_write"),
    # States that are over in a moment, or come once in the life of a process.
    ("tests/common/extensions/db/test_engines.py", "_probing"),
    ("tests/common/services/ids/test_identifiers.py", "_issuer"),
    ("tests/common/services/ids/test_identifiers.py", "_orders"),
    # A listener that the test leaves behind is not to complain into others.
    ("tests/support/harness/listening.py", "_complaints"),
}
FOREIGN_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home/\w+|Users/\w+)/")


def _is_ours(folder: str) -> bool:
    return folder not in SKIPPED_FOLDERS and not folder.endswith("_cache")


def _files() -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = filter(_is_ours, inner)
        # ``.git`` is a file in a linked worktree.
        yield from (Path(folder, name) for name in names if _is_ours(name))


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def _texts() -> Iterator[tuple[str, str]]:
    """Path within the repository, and content, of every text file."""
    for path in _files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def _doors() -> list[Path]:
    return [path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix]


@pytest.mark.parametrize("shape", SECRET_SHAPES)
def test_no_file_holds_a_secret(shape):
    holders = [
        path
        for path, text in _texts()
        if {_digest(word) for word in SECRET_SHAPES[shape].findall(text)} - PUBLISHED_EXAMPLES
    ]

    assert holders == []


def test_no_file_holds_a_secret_that_circulates():
    found = [
        path
        for path, text in _texts()
        for word in set(WORD.findall(text))
        if _digest(word) in BURNED_SECRETS
    ]

    assert found == []


def test_no_file_knows_the_machine_it_was_written_on():
    found = [path for path, text in _texts() if FOREIGN_PATH.search(text)]

    assert found == []


def test_no_source_file_is_too_long():
    lengths = {
        path: text.count("\n")
        for path, text in _texts()
        if path.startswith(SOURCE_TREES)
        and (path.endswith((".py", ".sh", ".lua")) or "." not in Path(path).name)
        and not GENERATED.search(path)
    }

    assert {path: lines for path, lines in lengths.items() if lines >= MAX_LINES} == {}


def test_no_room_is_too_full():
    rooms = Counter(
        str(Path(path).parent)
        for path, _ in _texts()
        if path.startswith(("common/", "tests/support/"))
        and path.endswith(".py")
        and not GENERATED.search(path)
    )

    assert {room: files for room, files in rooms.items() if files > MAX_MODULES} == {}


@pytest.mark.parametrize("script", [*_doors(), ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_every_script_can_be_started(script):
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_the_readme_names_every_script():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [path.name for path in _doors() if f"scripts/{path.name}" not in readme] == []


def test_every_requirement_is_pinned_by_hash():
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z0-9][^\n]*(?:\n {4}[^\n]*)*", lock, re.MULTILINE)

    careless = [
        entry.splitlines()[0]
        for entry in entries
        if "==" not in entry or "--hash=sha256:" not in entry
    ]
    assert entries
    assert careless == []


def test_the_lock_covers_everything_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")

    asked = {
        re.split(r"[<>=\[;]", requirement)[0]
        for requirement in [*project["dependencies"], *project["optional-dependencies"]["test"]]
    }
    locked = set(re.findall(r"^([A-Za-z0-9._-]+)", lock, re.MULTILINE))
    assert asked - locked == set()


def test_the_hooks_of_commits_run_what_the_check_runs():
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")

    assert re.findall(r"entry: (.*)", hooks) == [
        "scripts/check",
        "python3 -m scripts.commits --message",
    ]


def test_every_exception_from_type_checking_names_its_rule_and_its_reason():
    exceptions = [
        (path, line.strip())
        for path, text in _texts()
        if path.endswith(".py")
        for line in text.splitlines()
        if re.search(r"# type[:] ignore", line)
    ]

    assert exceptions
    assert [each for each in exceptions if not REASONED.search(each[1])] == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("relaying.FIRST_BACKOFF = 1", "FIRST_BACKOFF"),
        ("router.writers.wait_seconds = 1", "wait_seconds"),
        ("router.writers.wait_seconds += 1", "wait_seconds"),
        ("relay._pauses[TOPIC].until = 0.0", "_pauses"),
        ("effects.INLINE_TIME, rest.x = 1, 2", "INLINE_TIME"),
        ('monkeypatch.setattr(absences, "_looked_for", Copies())', "_looked_for"),
        ('patch.setattr(sms_sending._desk, "driver", fake)', "_desk"),
        ('monkeypatch.setattr("common.services.outbox.claims.CLAIM_TIME", 1)', "CLAIM_TIME"),
        ('setattr(outage_copies, "kept_seconds", 60)', "kept_seconds"),
        ("patch.setattr(bus, name, 5.0)", COMPUTED),
    ],
)
def test_what_tests_set_of_others_is_seen(line, name):
    assert inner_parts_set_by(line) == {name}


@pytest.mark.parametrize(
    "line",
    ["self._latest = 1", "router.has_written = f", "row.status = 1", "setattr(row, name, 1)"],
)
def test_what_is_ones_own_or_open_to_all_may_be_set(line):
    assert inner_parts_set_by(line) == set()


def test_no_test_sets_what_could_be_an_argument():
    patched = {
        (path, name)
        for path, text in _texts()
        if path.startswith("tests/") and path.endswith(".py")
        for name in inner_parts_set_by(text)
    }

    assert patched == PATCHABLE
