"""Text messages with login codes: one provider, and two ways to do without."""

from __future__ import annotations

import structlog

from common.settings import Settings, SettingsError
from common.utils.dysms.aliyun import AliyunSms
from common.utils.dysms.interface import SmsDriver, SmsRefused, SmsUnavailable
from common.utils.dysms.local import ConsoleSms, FileSms

__all__ = [
    "AliyunSms",
    "ConsoleSms",
    "FileSms",
    "SmsDriver",
    "SmsRefused",
    "SmsUnavailable",
    "build",
]

log = structlog.get_logger(__name__)


def build(settings: Settings) -> SmsDriver:
    """The driver that the settings choose; the console in demo mode and without keys.

    :raises SettingsError: the provider's keys are set, but not what to send
    """
    if settings.sms_driver == "file":
        return FileSms(settings.data_dir / "sms.log")
    if settings.sms_driver == "console" or settings.is_demo:
        return ConsoleSms()
    key_id = settings.dysms_access_key_id.get_secret_value()
    key_secret = settings.dysms_access_key_secret.get_secret_value()
    if not key_id or not key_secret:
        log.warning("sms_provider_has_no_keys", driver="console")
        return ConsoleSms()
    if not settings.dysms_sign_name or not settings.dysms_template_code:
        raise SettingsError(
            "TOUTIAO_DYSMS_SIGN_NAME, TOUTIAO_DYSMS_TEMPLATE_CODE: required by SMS_DRIVER=aliyun"
        )
    return AliyunSms(
        key_id,
        key_secret,
        sign_name=settings.dysms_sign_name,
        template_code=settings.dysms_template_code,
    )
