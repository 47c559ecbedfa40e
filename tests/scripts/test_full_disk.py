"""The whole product on a disk that is full, and then is not (contract/faults.md 13, 72)."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.runs import Run
from tests.support.small_disks import SmallDisk, small_disk
from tests.support.waiting import eventually

pytestmark = [pytest.mark.xdist_group("whole product"), pytest.mark.timeout(400)]

READER = {"mobile": "13812345678", "code": "246810"}
PATHS = (
    "/v1_0/channels",
    "/v1_0/user",
    "/v1_0/user/profile",
    "/v1_0/user/histories",
    "/v1_0/user/followings",
    "/v1_0/article/collections",
    "/v1_0/announcements",
    "/v1_0/search?q=python",
    "/v1_0/search/histories",
    "/v1_1/articles?channel_id=0&timestamp={now}&with_top=1",
    "/v1_0/articles/{article}",
    "/v1_0/comments?type=a&source={article}",
    "/metrics",
    "/docs",
    "/openapi/user.json",
)


class Reader:
    """A reader of the demo, over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}
        _, login = self.call("POST", "/v1_0/authorizations", READER)
        self._headers["Authorization"] = f"Bearer {login['data']['token']}"
        _, feed = self.call("GET", self.path("/v1_1/articles?channel_id=0&timestamp={now}"))
        self.article = feed["data"]["results"][0]["art_id"]

    def path(self, template: str) -> str:
        """A path with its values."""
        return template.format(now=time.time_ns() // 10**6, article=getattr(self, "article", 0))

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and body of an answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - an address of ours
            self._url + path, data, self._headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - the same
                content = answer.read()
                is_json = answer.headers.get_content_type() == "application/json"
                return answer.status, json.loads(content) if is_json else content
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())

    def reads(self) -> dict[str, int]:
        """What is answered to everything that only reads."""
        return {path: self.call("GET", self.path(path))[0] for path in PATHS}

    def like(self) -> int:
        """What is answered to a write."""
        return self.call("POST", "/v1_0/article/likings", {"target": self.article})[0]

    def ask_for_code(self) -> int:
        """What is answered to the wish for a login code."""
        mobile = 13_700_000_000 + time.time_ns() // 10**6 % 10**8
        return self.call("GET", f"/v1_0/sms/codes/{mobile}")[0]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Runs on the small disk."""
    made = Run(tmp_path / "disk" / "data", tmp_path / "log")
    yield made
    made.kill()


@pytest.fixture
def disk(tmp_path: Path, run: Run) -> Iterator[SmallDisk]:
    """Large enough for the demo."""
    with small_disk(tmp_path / "disk", megabytes=200, family=run.family) as made:
        yield made
        run.kill()


def _leave_no_room_inside(run: Run) -> None:
    """What SQLite has set aside for the next writes is given back to the disk."""
    with closing(sqlite3.connect(run.data_dir / "toutiao.db", timeout=20)) as database:
        eventually(lambda: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)


def test_on_a_full_disk_reads_go_on_writes_are_507_and_everything_heals(disk, run):
    run.start()
    reader = Reader(run.url)
    fine = dict.fromkeys(PATHS, 200)
    assert reader.reads() == fine
    family = {process.pid for process in run.family()}
    _leave_no_room_inside(run)
    disk.fill()

    answers = [(reader.reads(), reader.like(), reader.ask_for_code()) for _ in range(5)]

    assert [reads for reads, _, _ in answers] == [fine] * 5
    assert {(liked, asked) for _, liked, asked in answers} == {(507, 503)}
    disk.empty()
    eventually(lambda: reader.like() == 201, seconds=60)
    eventually(lambda: reader.ask_for_code() == 200, seconds=60)
    eventually(lambda: reader.call("GET", "/readyz")[1]["status"] == "ok", seconds=60)
    assert reader.reads() == fine
    assert {process.pid for process in run.family()} == family
    assert run.stop() == 0
    logs = [run.log, *(run.data_dir / "logs").glob("*.log")]
    assert [log.name for log in logs if "Traceback" in log.read_text(errors="replace")] == []
