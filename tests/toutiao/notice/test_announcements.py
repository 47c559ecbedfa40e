"""Announcements to everybody (user-app.md §12.1, §12.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.extensions.db import transaction
from common.models import Announcement
from common.schemas.events.announcements import AnnouncementChanged, AnnouncementPublished
from common.services import outbox
from common.utils import clock
from common.utils.constants import AnnouncementStatus
from common.utils.observing import metering
from tests.factories import AnnouncementFactory

LIST = "/v1_0/announcements"
NOON = clock.now().replace(hour=12, minute=0, second=0)


def announce(*hours, **values):
    """Announcements published so many hours after some noon; their ids."""
    return [
        AnnouncementFactory(publish_time=NOON + timedelta(hours=hour), **values).announcement_id
        for hour in hours
    ]


def ids(answer):
    return [each["id"] for each in answer.json["data"]["results"]]


def change(announcement_id, **values):
    """As the operators' door does it."""
    with transaction() as session:
        row = session.get_one(Announcement, announcement_id)
        for name, value in values.items():
            setattr(row, name, value)
        if values.get("status") == AnnouncementStatus.PUBLISHED:
            outbox.add(AnnouncementPublished(announcement_id=announcement_id, title=row.title))
        else:
            outbox.add(AnnouncementChanged(announcement_id=announcement_id))


def test_the_list_has_title_and_time_but_no_text(anonymous):
    (announcement_id,) = announce(0, title="端午假期审核值班安排")

    answer = anonymous.get(LIST)

    assert answer.json == {
        "message": "OK",
        "data": {
            "total_count": 1,
            "page": 1,
            "per_page": 10,
            "results": [
                {
                    "id": announcement_id,
                    "title": "端午假期审核值班安排",
                    "pubdate": NOON.isoformat(),
                }
            ],
        },
    }


def test_an_announcement_is_read_with_its_text(anonymous):
    (announcement_id,) = announce(0, title="公告", content="<p>节日期间……</p>")

    answer = anonymous.get(f"{LIST}/{announcement_id}")

    assert answer.json["data"] == {
        "id": announcement_id,
        "title": "公告",
        "pubdate": NOON.isoformat(),
        "content": "<p>节日期间……</p>",
    }


def test_the_order_is_by_time_and_then_by_id_cached_or_not(anonymous):
    first, second, third, fourth = announce(3, 1, 3, 2)

    answers = [anonymous.get(LIST) for _ in range(2)]

    assert ids(answers[0]) == [third, first, fourth, second]
    assert answers[0].data == answers[1].data


def test_equal_announcements_are_all_there(anonymous):
    same = announce(1, 1, 1, title="同名")

    assert ids(anonymous.get(LIST)) == same[::-1]


def test_pages_are_exact_cached_or_not(anonymous):
    expected = announce(*range(23))[::-1]

    for _ in range(2):
        pages = [anonymous.get(f"{LIST}?page={page}&per_page=10") for page in (1, 2, 3, 4)]

        assert [ids(page) for page in pages] == [
            expected[:10], expected[10:20], expected[20:], [],
        ]  # fmt: skip
        assert {page.json["data"]["total_count"] for page in pages} == {23}


def test_one_without_a_time_of_its_own_counts_from_when_it_was_written(anonymous):
    old, new = announce(-48, 48)
    (between,) = (
        AnnouncementFactory(publish_time=None, create_time=NOON).announcement_id for _ in range(1)
    )

    answer = anonymous.get(LIST)

    assert ids(answer) == [new, between, old]
    assert answer.json["data"]["results"][1]["pubdate"] == NOON.isoformat()


@pytest.mark.parametrize("status", [AnnouncementStatus.DRAFT, AnnouncementStatus.WITHDRAWN])
def test_only_published_ones_are_shown(anonymous, status):
    (announcement_id,) = announce(0, status=status)

    answer = anonymous.get(f"{LIST}/{announcement_id}")

    assert ids(anonymous.get(LIST)) == []
    assert (answer.status_code, answer.json) == (400, {"message": "Invalid announcement."})


def test_withdrawing_and_publishing_shows_with_the_next_request(anonymous):
    first, second = announce(1, 2)
    seen = [ids(anonymous.get(LIST))]
    anonymous.get(f"{LIST}/{second}")

    change(second, status=AnnouncementStatus.WITHDRAWN)
    gone = anonymous.get(f"{LIST}/{second}").status_code
    seen.append(ids(anonymous.get(LIST)))
    change(second, status=AnnouncementStatus.PUBLISHED, title="新")
    back = anonymous.get(f"{LIST}/{second}").json["data"]["title"]
    seen.append(ids(anonymous.get(LIST)))

    assert seen == [[second, first], [first], [second, first]]
    assert (gone, back) == (400, "新")


@pytest.mark.parametrize("path", ["404", "99999999999999"])
def test_unknown_ones_are_refused_and_the_miss_is_remembered(anonymous, redis, path):
    answers = [anonymous.get(f"{LIST}/{path}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert redis.get(f"announcement:{path}") == b"-1"
    assert 295 <= redis.ttl(f"announcement:{path}") <= 360


@pytest.mark.parametrize("path", ["0", "-1", "x", "1.0", "9" * 20])
def test_bad_ids_are_no_paths(anonymous, path):
    assert anonymous.get(f"{LIST}/{path}").status_code == 404


@pytest.mark.parametrize(("name", "value"), [("page", "0"), ("per_page", "101"), ("per_page", "x")])
def test_page_parameters_are_checked(anonymous, name, value):
    answer = anonymous.get(LIST, query_string={name: value})

    assert (answer.status_code, list(answer.json["errors"])) == (400, [name])


def test_script_in_a_text_does_not_reach_readers(anonymous):
    (announcement_id,) = announce(0, content='<p onclick="x()">好</p><script>x()</script>')

    answer = anonymous.get(f"{LIST}/{announcement_id}")

    assert answer.json["data"]["content"] == "<p>好</p>"


def test_tokens_are_ignored(anonymous):
    assert anonymous.get(LIST, headers={"Authorization": "Bearer x.y.z"}).status_code == 200


@pytest.mark.parametrize("per_page", [1, 100])
def test_a_warm_page_costs_two_stages_and_no_sql(anonymous, per_page):
    announcement_id = announce(*range(20))[0]
    paths = {f"{LIST}?per_page={per_page}": 2, f"{LIST}/{announcement_id}": 1}
    for path, stages in paths.items():
        anonymous.get(path)

        with metering.measure() as cost:
            anonymous.get(path)

        assert (cost.stages, cost.sql) == (stages, 0)


def test_cached_values_have_the_keys_and_life_times_of_the_contract(anonymous, redis):
    (announcement_id,) = announce(0)
    anonymous.get(LIST)

    assert redis.type("announcement") == b"zset"
    assert 172_800 - 5 <= redis.ttl("announcement") <= 172_800 + 7_200
    assert 7_200 - 5 <= redis.ttl(f"announcement:{announcement_id}") <= 7_800


def test_announcements_are_read_while_redis_is_away(anonymous, valkey):
    (announcement_id,) = announce(0)
    valkey.stop()

    assert ids(anonymous.get(LIST)) == [announcement_id]
    assert anonymous.get(f"{LIST}/{announcement_id}").status_code == 200
