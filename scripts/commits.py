"""Whether commits say what they do, and why.

    python3 -m scripts.commits                  all that are new, one line for each that does not
    python3 -m scripts.commits --message FILE   the message of a commit being made

A subject of at most 72 characters, an empty line, a body (style.md §12). Merges may do
without. New is what neither ``origin/main`` nor the last commit before this rule contains.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LAST_WITHOUT_RULE = "43583cba90a0c61fb3c467f3246436592e64078b"
LANDED = (LAST_WITHOUT_RULE, "origin/main")
MAX_SUBJECT = 72  # characters
# Whoever runs the scripts of a checkout trusts its owner, whoever that is.
GIT = ("git", "-c", "safe.directory=*")
TRAILER = re.compile(r"[A-Z][\w-]*: \S")


def complaints(message: str) -> Iterator[str]:
    """What is wrong with a message, each in a few words."""
    subject, _, rest = message.strip().partition("\n")
    if len(subject) > MAX_SUBJECT:
        yield f"the subject has {len(subject)} characters, at most {MAX_SUBJECT} are read"
    if rest and not rest.startswith("\n"):
        yield "the second line is not empty"
    if all(TRAILER.match(line) for line in rest.split("\n") if line.strip()):
        yield "no body says why"


def new_commits() -> list[str]:
    """Names of the commits of this branch that have not landed; a shallow clone's, if any."""
    known = [f"^{name}" for name in LANDED if _git("cat-file", "-t", name) == "commit"]
    return _git("rev-list", "HEAD", *known).split()


def message_of(commit: str) -> str | None:
    """The message; None for a merge, also where a shallow clone has cut its parents off."""
    head, _, message = _git("cat-file", "commit", commit).partition("\n\n")
    return None if len(re.findall(r"^parent ", head, re.MULTILINE)) > 1 else message


def _git(*words: str, given: str | None = None) -> str:
    """What git answers, without the line's end; empty when it refuses."""
    done = subprocess.run(
        [*GIT, *words], input=given, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _found() -> Iterator[str]:
    for commit in new_commits():
        message = message_of(commit)
        if message is not None:
            subject = message.partition("\n")[0]
            yield from (f"{commit[:9]} {subject}: {each}" for each in complaints(message))


def _in_file(path: str) -> Iterator[str]:
    """Of the message in a file, without the comments that git puts there."""
    text = _git("stripspace", "--strip-comments", given=Path(path).read_text(encoding="utf-8"))
    yield from () if text.startswith("Merge ") else complaints(text)


def main(words: list[str]) -> int:
    """0 when all is well, else 1."""
    found = list(_in_file(words[1]) if words[:1] == ["--message"] else _found())
    for line in found:
        print(line, file=sys.stderr)
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
