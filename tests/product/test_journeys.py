"""What the running product and its documentation tell people to try."""

from __future__ import annotations

import json
import os
import re

import pytest

from scripts import welcome
from tests.support.processes.products import OPERATOR
from tests.support.processes.runs import ROOT, called

pytestmark = [pytest.mark.xdist_group("demo product"), pytest.mark.timeout(400)]


def test_what_the_demo_tells_people_to_try_works_when_pasted(demo):
    lines = [line for line in demo.log.read_text().splitlines() if "curl" in line]
    pasted = called("bash", "-euc", "\n".join(lines))

    assert pasted.returncode == 0, pasted.stderr
    assert json.loads(pasted.stdout)["data"]["new_obj"]["content"] == "你好"
    assert lines == welcome.commands(demo.url, "13812345678", "246810")


def _replays(demo, name):
    """What the block of a journey prints, twice."""
    (path,) = (ROOT / "docs").glob(f"{name}-journey*")
    page = path.read_text()
    (journey,) = re.findall(r"```bash\n(.*?)```", page, re.DOTALL)
    environment = {**os.environ, **OPERATOR, "BASE": demo.url}
    for _ in range(2):
        replay = called("bash", "-euo", "pipefail", "-c", journey, env=environment)
        assert (replay.returncode, replay.stderr) == (0, ""), replay.stderr
        lines = replay.stdout.splitlines()
        assert [line[0] for line in lines if re.match(r"\d\. ", line)] == list("123456789")
        assert not re.search(r'"errors"|Traceback', replay.stdout)
        yield lines


def test_the_readers_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "reader"):
        seen = [line for line in lines if line.startswith("{'attitude'")]
        assert "'attitude': 1, 'is_collected': True, 'is_followed': True" in seen[0]
        assert seen[1] == "{'attitude': -1, 'is_collected': False, 'is_followed': False}"


def test_the_editors_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "editor"):
        assert "老城墙下的早点铺（改）" in lines
        assert "{'content': '豆浆要咸的！', 'is_top': 1, 'is_liking': 1}" in lines
        assert [line for line in lines if '"allow_comment":' in line][-1].endswith("true}}")
        refusals = [line for line in lines if '"message"' in line and '"OK"' not in line]
        assert refusals == ['{"message":"Wrong refresh token."}']


def test_the_operators_journey_of_the_docs_can_be_replayed_as_often_as_one_likes(demo):
    for lines in _replays(demo, "operator"):
        shown = [line for line in lines if re.fullmatch(r"(banned|back|hidden|shown): \d+", line)]
        assert shown == ["banned: 404", "back: 200", "hidden: 404", "shown: 200"]
        held = lines.index("专业代写检讨，价格公道")
        assert lines[held + 1 : held + 4] == ["0", "1", "1"]  # before, let through, after
        refusals = [line for line in lines if '"message"' in line and '"OK"' not in line]
        assert refusals == [
            '{"message":"User denied."}',
            '{"message":"User must be authorized."}',
        ]
        logged = "\n".join(lines)
        for verb in (
            "审核: 文章",
            "封禁: 文章",
            "审核: 举报",
            "审核: 评论",
            "冻结: 用户",
            "解冻: 用户",
        ):
            assert verb in logged
