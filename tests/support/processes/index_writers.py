"""Writers of an embedded index that are killed, one after the other, at random moments.

``python -m tests.support.processes.index_writers ROOT SEED KILLS``: each child goes on with the
first change that nobody acknowledged, as a relay does; the last one finishes. Change n is of
article n % 40: every third one removes it, the others give it the title ``t<n>``.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

from common.search.embedded import EmbeddedEngine
from common.search.interface import Document, Kind

ARTICLES = 40
AT_ONCE = 7
LONGEST_LIFE_SECONDS = 0.08
SPARE = 21  # changes made after the last kill
SOME_DAY = datetime.fromisoformat("2026-01-01")


def document(number: int) -> Document:
    """What change ``number`` makes of its article."""
    return Document(
        article_id=1 + number % ARTICLES,
        author_id=1,
        channel_id=1,
        title=f"t{number}",
        content="",
        published_at=SOME_DAY,
        version=number,
    )


def expected(last: int) -> dict[int, tuple[int, int]]:
    """Version and digest by article after change ``last``."""
    found: dict[int, tuple[int, int]] = {}
    for number in range(1, last + 1):
        made = document(number)
        if number % 3:
            found[made.article_id] = (number, made.digest)
        else:
            found.pop(made.article_id, None)
    return found


def stored(engine: EmbeddedEngine) -> dict[int, tuple[int, int]]:
    """The same as the index has it."""
    held = engine.stored(Kind.PUBLIC, after=0, upto=None)
    return {each.article_id: (each.version, each.digest) for each in held}


def acknowledged(root: Path) -> int:
    """The last change that a writer knew to be made."""
    path = root / "acknowledged"
    return int(path.read_text() or 0) if path.exists() else 0


def work(root: Path, upto: int | None = None) -> None:
    """Make changes for ever, or up to one."""
    engine = EmbeddedEngine(root)
    while upto is None or acknowledged(root) < upto:
        first = acknowledged(root) + 1
        numbers = range(first, first + AT_ONCE)
        removed = {1 + n % ARTICLES: n for n in numbers if n % 3 == 0}
        engine.delete(removed)
        engine.index([document(n) for n in numbers if n % 3])
        fresh = root / "acknowledged.new"
        fresh.write_text(str(numbers[-1]))
        fresh.replace(root / "acknowledged")


def main(root: Path, seed: int, kills: int) -> None:
    """Kill so many writers; then let one finish."""
    chance = random.Random(seed)
    engine = EmbeddedEngine(root)
    with engine.rebuild(Kind.PUBLIC) as made:
        made.switch(lambda: None)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            work(root)
        time.sleep(chance.uniform(0.005, LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    work(root, acknowledged(root) + SPARE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
