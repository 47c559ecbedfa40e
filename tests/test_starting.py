"""The whole product starts, answers and stops; what else is asked of it, running: product/."""

from __future__ import annotations

import urllib.request

import pytest

from tests.support.processes.runs import run_of


def _get(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - an address of ours
        return int(answer.status)


@pytest.mark.timeout(400)
def test_it_starts_answers_and_stops(tmp_path):
    with run_of(tmp_path, "--no-demo") as run:
        family = run.family()
        asked = [f"{run.url}/readyz", f"{run.im_url}/readyz", f"{run.url}/v1_0/channels"]
        assert [_get(url) for url in asked] == [200, 200, 200]

    assert [process for process in family if process.is_running()] == []
    assert list(run.data_dir.glob("**/*.sock")) == []
