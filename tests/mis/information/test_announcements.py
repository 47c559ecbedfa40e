"""Operators write, publish, withdraw and delete announcements (admin.md §5.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from common.utils import clock
from common.utils.constants import AnnouncementStatus
from schedule.jobs.publish_due import publish_due
from tests.support.scenarios.operators import MIS, operations, told

ANNOUNCEMENTS = f"{MIS}/announcements"


def titles(client):
    """What readers are shown."""
    return [row["title"] for row in client.get("/v1_0/announcements").json["data"]["results"]]


def make(client, **members):
    """A new announcement, as answered."""
    answer = client.post(ANNOUNCEMENTS, json={"title": "停机", "content": "今晚维护", **members})
    assert answer.status_code == 201, answer.text
    return answer.json["data"]


def test_a_draft_shows_to_nobody_until_it_is_published_and_then_at_once(admin, anonymous):
    made = make(admin)
    path = f"{ANNOUNCEMENTS}/{made['announcement_id']}"
    assert (made["status"], made["publish_time"]) == (0, None)
    assert titles(anonymous) == []

    published = admin.put(path, json={"status": 1}).json["data"]

    assert published["publish_time"] is not None
    assert titles(anonymous) == ["停机"]
    admin.put(path, json={"title": "停机通知"})
    assert titles(anonymous) == ["停机通知"]
    admin.put(path, json={"status": 2})
    assert titles(anonymous) == []
    page = anonymous.get(f"/v1_0/announcements/{made['announcement_id']}")
    assert page.status_code == 400
    assert told() == [
        "新增: 公告 停机",
        "修改: 公告 停机",
        "修改: 公告 停机通知",
        "修改: 公告 停机通知",
    ]


def test_a_draft_with_a_time_is_published_by_the_clock(admin, anonymous):
    at = clock.now() + timedelta(hours=1)
    make(admin, publish_time=f"{at:%Y-%m-%d %H:%M:%S}")

    assert publish_due().rows_changed == 0
    with time_machine.travel(clock.utc_now() + timedelta(hours=2), tick=True):
        assert publish_due().rows_changed == 1
        assert titles(anonymous) == ["停机"]


def test_what_is_published_now_has_no_time_to_come(admin):
    later = clock.now() + timedelta(days=1)

    made = make(admin, status=1, publish_time=f"{later:%Y-%m-%d %H:%M:%S}")

    assert made["publish_time"] <= clock.now().isoformat()


def test_a_deleted_one_is_gone_everywhere(admin, anonymous):
    made = make(admin, status=AnnouncementStatus.PUBLISHED)
    path = f"{ANNOUNCEMENTS}/{made['announcement_id']}"
    assert titles(anonymous) == ["停机"]

    assert admin.delete(path).status_code == 204

    assert titles(anonymous) == []
    assert admin.delete(path).status_code == 204
    for method in ("GET", "PUT"):
        answer = admin.open(path, method=method, json={})
        assert (answer.status_code, answer.json) == (400, {"message": "Invalid announcement id."})
    assert told()[-1] == "删除: 公告 停机"


def test_lists_are_searched_and_cost_two_statements(admin, cost):
    for number in range(3):
        make(admin, title=f"第{number}次", status=number)

    with cost() as spent:
        data = admin.get(f"{ANNOUNCEMENTS}?keyword=次&per_page=2").json["data"]

    assert [row["title"] for row in data["announcements"]] == ["第2次", "第1次"]
    assert data["total_count"] == 3
    assert spent.sql == 2
    published = admin.get(f"{ANNOUNCEMENTS}?status=1").json["data"]["announcements"]
    assert [row["title"] for row in published] == ["第1次"]


def test_the_log_keeps_how_long_a_text_was_and_not_the_text(admin):
    made = make(admin)

    admin.put(f"{ANNOUNCEMENTS}/{made['announcement_id']}", json={"content": "长" * 5000})

    assert operations()[1].changes == {"content": [4, 5000]}


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("title", "长" * 33, 'Value does not match pattern: "^.{1,32}$"'),
        ("content", "", 'Value does not match pattern: "^.{1,20000}$"'),
        ("status", 3, "Invalid argument: 3. argument must be within the range 0 - 2"),
        ("publish_time", "soon", "Invalid date param."),
    ],
)
def test_a_malformed_announcement_is_refused(refuses, member, value, reason):
    body = {"title": "停机", "content": "今晚维护", member: value}

    refuses("POST", ANNOUNCEMENTS, [({"json": body}, {member: reason})])
