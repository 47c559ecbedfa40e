"""Riddles before login codes: a provider's, our own, or none."""

from __future__ import annotations

import hashlib

from common.settings import Settings, SettingsError
from common.utils.captcha.altcha import Altcha
from common.utils.captcha.geetest import Geetest
from common.utils.captcha.interface import CaptchaDriver, Challenge, Solution

__all__ = ["Altcha", "CaptchaDriver", "Challenge", "Geetest", "Solution", "build"]


def build(settings: Settings) -> CaptchaDriver | None:
    """The driver that the settings choose; None in demo mode, and where nobody chose one.

    :raises SettingsError: the provider is chosen, but not which account with it
    """
    account, key = settings.geetest_id, settings.geetest_key.get_secret_value()
    chosen = settings.captcha_driver or ("geetest" if account else "off")
    if chosen == "off" or settings.is_demo:
        return None
    if chosen == "altcha":
        secret = settings.secret_key.get_secret_value()
        return Altcha(hashlib.sha256(b"altcha:" + secret.encode()).digest())
    if not account or not key:
        raise SettingsError("TOUTIAO_GEETEST_ID, TOUTIAO_GEETEST_KEY: required by Geetest")
    return Geetest(account, key, url=settings.geetest_url)
