"""Text messages through Aliyun (Dysmsapi 2017-05-25, RPC style with HMAC-SHA1 signatures)."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import quote

import orjson
import structlog

from common.utils import clock
from common.utils.dysms.interface import SmsRefused, SmsUnavailable
from common.utils.net import outbound
from common.utils.observing.masking import mask_mobile

log = structlog.get_logger(__name__)

URL = "https://dysmsapi.aliyuncs.com/"
OK = "OK"
# "isv." is what the caller did wrong, "isp." what the provider did; this one is misnamed.
PERMANENT_CODES = ("isv.", "isp.RAM_PERMISSION_DENY")
THROTTLED = "Throttling"


class AliyunSms:
    """Sends codes with one signature name and one template, whose only parameter is ``code``."""

    def __init__(
        self,
        key_id: str,
        key_secret: str,
        *,
        sign_name: str,
        template_code: str,
        url: str = URL,
        limits: outbound.Limits = outbound.LIMITS,
    ) -> None:
        self._key_id = key_id
        self._key_secret = key_secret
        self._sign_name = sign_name
        self._template_code = template_code
        self._url = url
        self._provider = outbound.Provider(limits)

    def send(self, mobile: str, code: str) -> None:
        """Send the code; at most five seconds pass (contract/jobs.md §6)."""
        parameters = self._parameters(mobile, code)
        parameters["Signature"] = signature(parameters, self._key_secret, method="POST")
        try:
            answer = self._provider.call("POST", self._url, data=parameters)
            content = answer.json()
        except outbound.FAILURES as error:
            raise SmsUnavailable from error
        verdict = content.get("Code") if isinstance(content, dict) else None
        if verdict == OK:
            log.info("sms_sent", mobile=mask_mobile(mobile))
        elif isinstance(verdict, str) and _is_permanent(verdict, answer.status):
            raise SmsRefused(verdict)
        else:
            unavailable = SmsUnavailable()
            unavailable.add_note(f"provider answered {answer.status}, code {verdict}")
            raise unavailable

    def _parameters(self, mobile: str, code: str) -> dict[str, str]:
        return {
            "AccessKeyId": self._key_id,
            "Action": "SendSms",
            "Format": "JSON",
            "OutId": f"{clock.now_ms() // 1000}{mobile}",
            "PhoneNumbers": mobile,
            "RegionId": "cn-hangzhou",
            "SignName": self._sign_name,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": secrets.token_hex(16),
            "SignatureVersion": "1.0",
            "TemplateCode": self._template_code,
            "TemplateParam": orjson.dumps({"code": code}).decode(),
            "Timestamp": clock.utc_now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2017-05-25",
        }


def signature(parameters: Mapping[str, str], key_secret: str, *, method: str) -> str:
    """The ``Signature`` of an RPC call, over all its other parameters."""
    pairs = sorted(parameters.items())
    canonical = "&".join(f"{_escape(name)}={_escape(value)}" for name, value in pairs)
    text = f"{method}&{_escape('/')}&{_escape(canonical)}"
    digest = hmac.digest(f"{key_secret}&".encode(), text.encode(), "sha1")
    return base64.b64encode(digest).decode()


def _escape(text: str) -> str:
    return quote(text, safe="~")


def _is_permanent(verdict: str, status: int) -> bool:
    if verdict.startswith(PERMANENT_CODES):
        return True
    return 400 <= status < 500 and not verdict.startswith(THROTTLED)  # wrong key, wrong signature
