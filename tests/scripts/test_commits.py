"""Messages of commits: a short subject, and a body that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.commits import complaints

ROOT = Path(__file__).parents[2]
GOOD = "cache: run one loader per key\n\nA key that expires was loaded by every process."


def check(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The check as a process of its own, in a folder that is in no other repository."""
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "commits.py"), *words],
        cwd=folder,
        env=os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


class Repository:
    """A repository of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> None:
        person = ("-c", "user.name=Reader", "-c", "user.email=reader@example.org")
        subprocess.run(["git", *person, *words], cwd=self.folder, check=True, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "repository")


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ("cache: run one loader per key", "no body says why"),
        ("cache: run one loader\n\nSigned-off-by: Reader <r@example.org>", "no body says why"),
        ("cache: run one loader\nA key that expires.", "the second line is not empty"),
        (f"{'x' * 73}\n\nWhy.", "the subject has 73 characters, at most 72 are read"),
    ],
)
def test_a_message_that_says_too_little_or_too_much_is_complained_about(message, complaint):
    assert list(complaints(message)) == [complaint]


@pytest.mark.parametrize("message", [GOOD, f"{'x' * 72}\n\nWhy.\n\nSigned-off-by: Reader"])
def test_a_subject_and_a_body_are_enough(message):
    assert list(complaints(message)) == []


def test_every_new_commit_is_looked_at(repository):
    repository.commit(GOOD)
    repository.commit("feed: shuffle")
    repository.commit(GOOD)

    checked = check(repository.folder)

    assert checked.returncode == 1
    (line,) = checked.stderr.splitlines()
    assert line.endswith(" feed: shuffle: no body says why")


def test_what_has_landed_is_not_looked_at_again(repository):
    repository.commit("feed: shuffle")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")

    landed = check(repository.folder)
    repository.commit("feed: sort")
    followed = check(repository.folder)

    assert (landed.returncode, landed.stderr) == (0, "")
    assert followed.returncode == 1
    assert "shuffle" not in followed.stderr


@pytest.mark.parametrize("depth", [1, 10])
def test_a_merge_needs_no_body_in_a_shallow_clone_either(repository, depth):
    repository.commit(GOOD)
    repository.git("switch", "--quiet", "--create", "other")
    repository.commit(GOOD)
    repository.git("switch", "--quiet", "main")
    repository.commit(GOOD)
    repository.git("merge", "--quiet", "--no-ff", "--message", "Merge branch 'other'", "other")
    repository.git("clone", "--quiet", "--depth", str(depth), f"file://{repository.folder}", "new")
    clone = repository.folder / "new"
    subprocess.run(["git", "update-ref", "-d", "refs/remotes/origin/main"], cwd=clone, check=True)

    checked = check(clone)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_sources_without_a_history_have_nothing_new(tmp_path):
    checked = check(tmp_path)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_message_being_written_is_read_without_its_comments(repository):
    draft = repository.folder / "COMMIT_EDITMSG"

    draft.write_text("feed: sort\n\n# Please enter the commit message for your changes.\n")
    short = check(repository.folder, "--message", str(draft))
    draft.write_text(f"{GOOD}\n# Please enter the commit message for your changes.\n")
    long = check(repository.folder, "--message", str(draft))

    assert (short.returncode, short.stderr) == (1, "no body says why\n")
    assert (long.returncode, long.stderr) == (0, "")
