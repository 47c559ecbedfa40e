"""Login codes by text message: to the provider, to a file, or to nobody."""

from __future__ import annotations

import itertools
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import structlog

from common.errors import DependencyUnavailable
from common.settings import Settings, SettingsError, load
from common.utils import dysms
from common.utils.dysms import AliyunSms, ConsoleSms, FileSms, SmsRefused, SmsUnavailable
from common.utils.dysms.aliyun import signature
from common.utils.net.outbound import Limits
from tests.support.servers import stub_server
from tests.support.servers.stub_server import Reply, Stub

MOBILE, CODE = "13900000001", "048213"
TIGHT = Limits(connect=1, silence=0.2, total=0.4, answer_bytes=4096)


def settings(data_dir: Path, **overrides: str) -> Settings:
    return load(
        data_dir=data_dir,
        jwt_secret="reader-" + "0123456789abcdef" * 2,
        mis_jwt_secret="admin-" + "0123456789abcdef" * 2,
        secret_key="cookie-" + "0123456789abcdef" * 2,
        **overrides,
    )


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_server.running(lambda _asked: Reply(body=b'{"Code": "OK"}')) as running:
        yield running


@pytest.fixture
def aliyun(stub: Stub) -> Iterator[AliyunSms]:
    driver = AliyunSms(
        "key-id", "key-secret", sign_name="头条", template_code="SMS_1", url=stub.url, limits=TIGHT
    )
    yield driver
    driver._provider.close()


def answering(status: int, code: object) -> Reply:
    return Reply(status, json.dumps({"Code": code, "Message": "…"}).encode())


def test_the_console_shows_neither_number_nor_code():
    with structlog.testing.capture_logs() as lines:
        ConsoleSms().send(MOBILE, CODE)

    assert CODE not in str(lines)
    assert MOBILE not in str(lines)
    assert lines[0]["mobile"] == "139****0001"


def test_the_file_holds_one_readable_line_per_message_for_our_eyes_only(tmp_path: Path):
    driver = FileSms(tmp_path / "sms.log")

    with structlog.testing.capture_logs() as logged:
        driver.send(MOBILE, CODE)
        driver.send("13900000002", "000001")

    lines = [json.loads(line) for line in (tmp_path / "sms.log").read_text().splitlines()]
    assert [(line["mobile"], line["code"]) for line in lines] == [
        (MOBILE, CODE),
        ("13900000002", "000001"),
    ]
    assert stat.S_IMODE((tmp_path / "sms.log").stat().st_mode) == 0o600
    assert CODE not in str(logged)


def test_a_file_that_cannot_be_written_is_an_unavailable_sender(tmp_path: Path):
    with pytest.raises(SmsUnavailable):
        FileSms(tmp_path / "missing" / "sms.log").send(MOBILE, CODE)


def test_the_provider_gets_a_signed_request(aliyun: AliyunSms, stub: Stub):
    aliyun.send(MOBILE, CODE)

    (asked,) = stub.asked
    sent = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
    given = sent.pop("Signature")
    assert (asked.method, asked.path) == ("POST", "/")
    assert given == signature(sent, "key-secret", method="POST")
    assert sent["PhoneNumbers"] == MOBILE
    assert json.loads(sent["TemplateParam"]) == {"code": CODE}
    assert (sent["SignName"], sent["TemplateCode"], sent["Action"]) == ("头条", "SMS_1", "SendSms")
    assert sent["OutId"].endswith(MOBILE)


def test_no_two_requests_have_the_same_nonce(aliyun: AliyunSms, stub: Stub):
    aliyun.send(MOBILE, CODE)
    aliyun.send(MOBILE, CODE)

    nonces = {dict(parse_qsl(asked.body.decode()))["SignatureNonce"] for asked in stub.asked}
    assert len(nonces) == 2


def test_signatures_are_made_as_published():
    # The worked example of the provider's documentation of RPC signatures.
    parameters = {
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "SignatureVersion": "1.0",
        "Timestamp": "2016-02-23T12:46:24Z",
        "Version": "2014-05-26",
    }

    assert signature(parameters, "testsecret", method="GET") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (200, "isv.MOBILE_NUMBER_ILLEGAL"),
        (200, "isv.BLACK_KEY_CONTROL_LIMIT"),
        (200, "isv.BUSINESS_LIMIT_CONTROL"),
        (200, "isp.RAM_PERMISSION_DENY"),
        (400, "SignatureDoesNotMatch"),
        (404, "InvalidAccessKeyId.NotFound"),
    ],
)
def test_what_the_provider_will_never_send_is_refused_for_good(
    aliyun: AliyunSms, stub: Stub, status: int, code: str
):
    stub.follow(lambda _asked: answering(status, code))

    with pytest.raises(SmsRefused, match=code):
        aliyun.send(MOBILE, CODE)


TRANSIENT = {
    "provider's fault": answering(200, "isp.SYSTEM_ERROR"),
    "throttled": answering(400, "Throttling.User"),
    "error": answering(503, "ServiceUnavailable"),
    "no code": Reply(200, b"{}"),
    "wrong type": answering(200, 7),
    "array": Reply(200, b"[]"),
    "html": Reply(502, b"<html>"),
    "endless": Reply(pieces=lambda: itertools.repeat(b"x" * 1000)),
    "silent": Reply(silent=True),
}


@pytest.mark.parametrize("reply", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_everything_else_may_be_tried_again(aliyun: AliyunSms, stub: Stub, reply: Reply):
    stub.follow(lambda _asked: reply)

    with pytest.raises(SmsUnavailable) as refusal:
        aliyun.send(MOBILE, CODE)

    assert isinstance(refusal.value, DependencyUnavailable)
    assert refusal.value.dependency == "sms"


def test_neither_logs_nor_errors_tell_the_code(aliyun: AliyunSms, stub: Stub):
    with structlog.testing.capture_logs() as lines:
        aliyun.send(MOBILE, CODE)
        stub.follow(lambda _asked: answering(200, "isv.MOBILE_NUMBER_ILLEGAL"))
        with pytest.raises(SmsRefused) as refusal:
            aliyun.send(MOBILE, CODE)

    for text in (str(lines), str(refusal.value)):
        assert CODE not in text
        assert MOBILE not in text


def test_the_settings_choose_the_driver(tmp_path: Path):
    keys = {"dysms_access_key_id": "i", "dysms_access_key_secret": "s"}
    texts = {"dysms_sign_name": "头条", "dysms_template_code": "SMS_1"}

    def chosen(**options: str) -> type:
        return type(dysms.build(settings(tmp_path, **options)))

    assert chosen() is ConsoleSms
    assert chosen(sms_driver="file") is FileSms
    assert chosen(sms_driver="aliyun") is ConsoleSms
    assert chosen(sms_driver="aliyun", **keys, **texts) is AliyunSms
    assert chosen(sms_driver="aliyun", demo="on", **keys, **texts) is ConsoleSms
    with pytest.raises(SettingsError, match="TEMPLATE"):
        chosen(sms_driver="aliyun", **keys)
