"""What readers do reaches the trace file and the table, and nothing else does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from common.services.behaviour import recording as behaviour
from common.utils import clock
from common.utils.constants import BehaviourKind, ReadSource
from common.utils.observing import visits
from tests.support.scenarios.recorded import events, lines

ARTICLE = 318204775501
TOKEN = {
    "action": "click",
    "userId": "300127764410",
    "articleId": str(ARTICLE),
    "algorithmCombine": "C2",
}


def echo(header: str | None, **changes: object) -> ReadSource | None:
    """A click on the article by user 7 with this header."""
    call: dict[str, Any] = {
        "action": "click",
        "subject": "7",
        "ip": "203.0.113.9",
        "article_id": ARTICLE,
        "channel_id": 5,
    }
    return behaviour.accept(header, **(call | changes))


def test_a_feed_page_leaves_one_line_and_is_counted_for_each_article(recording):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False):
        behaviour.expose("7", 5, [17283, 14668])

    assert lines(recording) == [
        {
            "actionTime": "2026-05-01 08:30:00",
            "readTime": "",
            "channelId": 5,
            "param": {
                "action": "exposure",
                "userId": "7",
                "articleId": "[17283, 14668]",
                "algorithmCombine": "fallback",
            },
        }
    ]
    assert [(e.kind, e.n, e.article_id, e.channel_id, e.source) for e in events()] == [
        (BehaviourKind.EXPOSURE, 1, 17283, 5, ReadSource.CHANNEL),
        (BehaviourKind.EXPOSURE, 1, 14668, 5, ReadSource.CHANNEL),
    ]


def test_exposures_of_ten_seconds_are_one_row_for_each_article_and_channel(recording):
    with time_machine.travel("2026-05-01T08:30:09+08:00", tick=False) as now:
        for subject, channel_id in (("7", 5), ("8", 5), ("anon:ff", 0)):
            behaviour.expose(subject, channel_id, [17283])
        now.shift(1)
        behaviour.expose("7", 5, [17283])

    assert [(e.at.second, e.n, e.subject, e.channel_id, e.source) for e in events()] == [
        (0, 2, "-", 5, ReadSource.CHANNEL),
        (0, 1, "-", 0, ReadSource.RECOMMENDATION),
        (10, 1, "-", 5, ReadSource.CHANNEL),
    ]
    assert f"{events()[0].at:%H:%M:%S}" == "08:30:00"


def test_an_empty_feed_page_leaves_nothing(recording):
    behaviour.expose("7", 5, [])

    assert (lines(recording), events()) == ([], [])


def test_a_line_is_written_in_the_order_of_members_that_consumers_know(recording):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False):
        echo(json.dumps(TOKEN | {"action": "read"}), action="read", seconds=42)
    behaviour.flush()

    assert recording.read_text() == (
        '{"actionTime":"2026-05-01 08:30:00","readTime":"42","channelId":5,"param":'
        f'{{"action":"read","userId":"7","articleId":"{ARTICLE}","algorithmCombine":"C2"}}}}\n'
    )


def test_an_echoed_token_is_attributed_to_the_one_who_sends_it(recording):
    accepted = echo(json.dumps(TOKEN), author_id=9)

    (line,), (event,) = lines(recording), events()
    assert accepted
    assert line["param"] == TOKEN | {"userId": "7"}
    assert (event.kind, event.subject, event.author_id) == (BehaviourKind.CLICK, "7", 9)
    assert event.source == ReadSource.RECOMMENDATION


def test_a_visitor_has_no_identity_in_the_line_and_a_hash_in_the_event(recording):
    echo(json.dumps(TOKEN), subject=None)
    echo(json.dumps(TOKEN), subject="anon:" + "ab" * 32)

    assert [line["param"]["userId"] for line in lines(recording)] == ["", "anon:" + "ab" * 32]
    visitor, device = events()
    assert visitor.subject == visitor.ip_hash
    assert len(visitor.ip_hash) == 16
    assert device.subject == "ab" * 32


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "1",
        "[]",
        "{",
        "[" * 1000,
        json.dumps(TOKEN | {"action": "read"}),
        json.dumps(TOKEN | {"action": "exposure"}),
        json.dumps(TOKEN | {"articleId": "1"}),
        json.dumps(TOKEN | {"articleId": ARTICLE}),
        json.dumps(TOKEN | {"algorithmCombine": {"a": 1}}),
        json.dumps(TOKEN | {"algorithmCombine": None}),
        json.dumps(TOKEN | {"more": "1"}),
        json.dumps({name: TOKEN[name] for name in list(TOKEN)[:3]}),
        json.dumps(TOKEN | {"algorithmCombine": "x" * 1024}),
        json.dumps(TOKEN).replace("C2", "\\ud800"),
        json.dumps(TOKEN).replace("C2", "\xff"),
        json.dumps(TOKEN) + '\n{"actionTime":"2026-01-01 00:00:00"}',
    ],
)
def test_anything_but_a_token_of_this_article_and_action_is_dropped(header, recording):
    accepted = echo(header)

    assert not accepted
    assert (lines(recording), events()) == ([], [])


def test_no_text_in_a_token_can_end_the_line(recording):
    algorithm = 'a\n\r\u2028\u0085\x1b[31m${jndi:ldap://x}"}'
    echo(json.dumps(TOKEN | {"algorithmCombine": algorithm}))

    (line,) = lines(recording)
    assert line["param"]["algorithmCombine"] == algorithm
    assert len(recording.read_text().splitlines()) == 1


def test_a_header_in_utf_8_keeps_its_text(recording):
    token = json.dumps(TOKEN | {"algorithmCombine": "召回"}, ensure_ascii=False)
    echo(token.encode().decode("latin-1"))

    assert lines(recording)[0]["param"]["algorithmCombine"] == "召回"


@pytest.mark.parametrize(("sent", "kept"), [(-1, 0), (0, 0), (86_400, 86_400), (10**9, 86_400)])
def test_a_reading_time_stays_within_a_day(sent, kept, recording):
    echo(json.dumps(TOKEN | {"action": "read"}), action="read", seconds=sent)

    assert lines(recording)[0]["readTime"] == str(kept)
    assert events()[0].seconds == kept


def test_visits_of_one_subject_and_address_within_a_minute_become_one_row(recording):
    with time_machine.travel("2026-05-01T08:30:00+08:00", tick=False) as time:
        for subject in ("7", "7", "8"):
            visits.note(subject, "203.0.113.9", clock.now_ms() / 1000)
        time.shift(timedelta(seconds=61))
        visits.note("7", "203.0.113.9", clock.now_ms() / 1000)

    assert [(e.kind, e.subject, e.n, f"{e.at:%M:%S}") for e in events()] == [
        (BehaviourKind.VISIT, "7", 2, "30:00"),
        (BehaviourKind.VISIT, "8", 1, "30:00"),
        (BehaviourKind.VISIT, "7", 1, "31:00"),
    ]


def test_a_searched_keyword_is_normalised_and_fits_its_column(recording):
    behaviour.record(BehaviourKind.SEARCH, subject="7", ip=None, keyword="  Python " + "三" * 60)

    (event,) = events()
    assert event.keyword == ("python " + "三" * 60)[:50]
    assert event.ip_hash is None


def test_nothing_is_written_by_the_one_who_records(recording, cost):
    with cost() as spent:
        behaviour.expose("7", 5, [17283])
        echo(json.dumps(TOKEN))
        behaviour.record(BehaviourKind.LOGIN, subject="7", ip="203.0.113.9")
        visits.note("7", "203.0.113.9", 0.0)

    assert (spent.sql, spent.stages) == (0, 0)


def test_nothing_is_recorded_before_the_start(runtime):
    behaviour.expose("7", 5, [17283])
    behaviour.record(BehaviourKind.LOGIN, subject="7", ip=None)

    assert events() == []
    assert not (runtime.data_dir / "logs").exists()
