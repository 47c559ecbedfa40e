"""The log: one line per event, no secrets, the same form for our own and foreign records."""

import json
import logging
from typing import Any

import pytest
import structlog

from common.settings import Settings
from common.utils.logging import forget_logging, setup_logging
from common.utils.observing import request_id
from common.utils.observing.access_log import FinishedRequest, write_access
from tests.support.harness.waiting import eventually

SECRETS: dict[str, Any] = {
    name: f"{name}-{'x1Y2' * 10}" for name in ("jwt_secret", "mis_jwt_secret", "secret_key")
}


@pytest.fixture
def start(capsys):
    """Set logging up and return a function that reads the lines written so far."""

    def setup(**overrides):
        setup_logging(Settings(**SECRETS, **overrides), process="web")
        capsys.readouterr()
        return lambda: capsys.readouterr().out.splitlines()

    yield setup
    forget_logging()


def test_an_event_is_one_json_line_with_the_request_id(start):
    lines = start()
    request_id.begin("abc-1")

    structlog.get_logger("common.services.attitudes").info("article_liked", article_id=7)

    (line,) = lines()
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "article_liked",
        "article_id": 7,
        "level": "info",
        "logger": "common.services.attitudes",
        "request_id": "abc-1",
    }


def test_a_foreign_record_has_the_same_form(start):
    lines = start()

    logging.getLogger("library").warning("cannot reach %s", "redis://:hunter2@10.0.0.1:6380/0")

    event = json.loads(lines()[0])
    assert (event["level"], event["logger"]) == ("warning", "library")
    assert event["event"] == "cannot reach redis://:******@10.0.0.1:6380/0"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("mobile", "13812340001", "138****0001"),
        ("mobile", 13812340001, "138****0001"),
        ("note", "call 13812340001, not 13912340002.", "call 138****0001, not 139****0002."),
        ("article_id", 13812340001, 13812340001),
        ("timestamp_ms", "1716039607000", "1716039607000"),
        ("token", "eyJh.eyJi.c", "******"),
        ("refresh_token", "abc", "******"),
        ("text", "got eyJhbGci.eyJ1c2Vy.sig- here", "got ****** here"),
        ("header", "Authorization: Bearer abc.def", "Authorization: Bearer ******"),
        ("code", "246810", "******"),
        ("status_code", 200, 200),
        ("password", "hunter2", "******"),
        ("password", "", ""),
        ("jwt_secret", "s", "******"),
        ("id_number", "11010119900307", "******"),
        ("Authorization", "Bearer x", "******"),
        ("body", {"mobile": "13812340001", "code": 1}, {"mobile": "138****0001", "code": "******"}),
        ("mobiles", ["13812340001"], ["138****0001"]),
        ("agent", 'a\n{"event":"forged"}', 'a\\x0a{"event":"forged"}'),
        ("agent", "\x1b[31mred\x7f\u2028", "\\x1b[31mred\\x7f\\u2028"),
        ("agent", "\ud800", "\\ud800"),
        ("found", None, None),
        ("ratio", 0.5, 0.5),
        ("path", object, "<class 'object'>"),
    ],
)
def test_secrets_are_masked_and_control_characters_escaped(start, field, value, shown):
    lines = start()

    structlog.get_logger("x").info("event", **{field: value})

    assert json.loads(lines()[0])[field] == shown


def test_a_traceback_is_masked_too(start):
    lines = start()

    try:
        raise RuntimeError("no SMS to 13812340001")
    except RuntimeError:
        structlog.get_logger("x").exception("sms_failed")

    trace = json.loads(lines()[0])["exception"]
    assert "138****0001" in trace
    assert "13812340001" not in trace
    assert "\n" in trace


def test_columns_hold_an_event_on_one_line(start):
    lines = start(logging_format="console")

    structlog.get_logger("x").info("event\nforged", mobile="13812340001")

    (line,) = lines()
    assert "138****0001" in line


def test_events_below_the_level_are_dropped(start):
    lines = start(logging_level="WARNING")

    structlog.get_logger("x").info("event")
    write_access(ACCESS._replace(route=None))

    assert lines() == []


ACCESS = FinishedRequest(
    "user", "GET", "/v1_0/articles/<id:article_id>", "200", 0.0123, 2, 1, "::1", "abc-2", 1.5
)


def test_an_access_line_is_written_to_output_and_file(start, tmp_path):
    start(logging_file_dir=str(tmp_path))

    write_access(ACCESS)

    event = json.loads(wait_for_line(tmp_path / "flask.log"))
    assert event == {
        "event": "request",
        "level": "info",
        "request_id": "abc-2",
        "door": "user",
        "method": "GET",
        "route": "/v1_0/articles/<id:article_id>",
        "status": 200,
        "ms": 12.3,
        "sql": 2,
        "stages": 1,
        "address": "::1",
        "timestamp": "1970-01-01T00:00:01.500000Z",
    }


def wait_for_line(path):
    """The first line of a file that a writer thread is about to write."""
    text = eventually(lambda: path.exists() and path.read_text(), what="a line")
    return text.splitlines()[0]


def test_a_full_file_is_rotated_and_every_line_kept(start, tmp_path):
    start(logging_file_dir=str(tmp_path), logging_file_max_bytes=2000, logging_file_backup=50)
    log = structlog.get_logger("x")

    for number in range(100):
        log.info("event", number=number)

    files = sorted(tmp_path.glob("flask.log*"))
    kept = [
        json.loads(line)["number"]
        for file in files
        if file.suffix != ".lock"
        for line in file.read_text().splitlines()
    ]
    assert sorted(kept) == list(range(100))
    assert len(files) > 3


def test_a_file_rotated_by_another_process_is_followed(start, tmp_path):
    start(logging_file_dir=str(tmp_path))
    log = structlog.get_logger("x")
    log.info("first")

    (tmp_path / "flask.log").rename(tmp_path / "flask.log.1")
    log.info("second")

    assert "second" in (tmp_path / "flask.log").read_text()


def test_limits_have_a_file_of_their_own(start, tmp_path):
    start(logging_file_dir=str(tmp_path))

    structlog.get_logger("common.utils.limiter").info("limited", limit="sms")

    assert "limited" in (tmp_path / "limit.log").read_text()


def test_a_variable_without_effect_is_named_at_the_start(monkeypatch, capsys):
    monkeypatch.setenv("TOUTIAO_MIS_JWT_FORMER_SECRETS", "[]")

    setup_logging(Settings(**SECRETS), process="web")
    forget_logging()

    event = json.loads(capsys.readouterr().out)
    assert (event["event"], event["level"]) == ("setting_without_effect", "warning")
    assert event["text"].startswith("TOUTIAO_MIS_JWT_FORMER_SECRETS is not a setting")
