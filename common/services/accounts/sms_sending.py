"""Bringing login codes to mobiles: each once, none too many (contract/jobs.md §6)."""

from __future__ import annotations

from datetime import timedelta

import structlog

from common.extensions.redis import store
from common.extensions.redis.scripts import load_script
from common.settings import Settings
from common.utils import dysms
from common.utils.crypto import sealing
from common.utils.dysms import SmsDriver, SmsRefused, SmsUnavailable
from common.utils.observing.figures import Counter
from common.utils.observing.masking import mask_mobile

log = structlog.get_logger(__name__)

SENT = "applied:sms"  # digests of messages sent, scored by epoch seconds
WINDOW = timedelta(days=1)  # of the cap, and of remembering what was sent

_CLAIM = load_script(__file__, "sms_sending")
_DUPLICATE, _CAPPED = 0, -1

OUTCOMES = Counter("toutiao_sms", "Login codes by what became of them", ["outcome"])


class _Desk:
    """What the process was configured with."""

    driver: SmsDriver | None = None
    daily_cap = 0


_desk = _Desk()


def init(settings: Settings, driver: SmsDriver | None = None) -> None:
    """Choose the driver and the cap of this process.

    :param driver: by default the one that is configured
    """
    _desk.driver = driver or dysms.build(settings)
    _desk.daily_cap = settings.sms_daily_cap


def send_code(*, mobile: str, code: str) -> None:
    """Send a login code, unless this very one was sent already or the day's money is spent.

    A message is claimed before it is sent: a worker that dies in between leaves it unsent, and
    the reader asks for another one after a minute.

    :raises DependencyUnavailable: STORE or the provider is away; it was not sent, try again
    """
    if _desk.driver is None:
        raise RuntimeError("texting is not configured: call texting.init(settings)")
    name = sealing.digest("sms", mobile, code)
    window_seconds = int(WINDOW.total_seconds())
    claim = store.script(_CLAIM, [SENT], [name, _desk.daily_cap, window_seconds])
    if claim == _DUPLICATE:
        OUTCOMES.labels("duplicate").inc()
        log.info("sms_sent_before", mobile=mask_mobile(mobile))
        return
    if claim == _CAPPED:
        OUTCOMES.labels("capped").inc()
        log.error("sms_daily_cap_reached", cap=_desk.daily_cap)
        return
    try:
        _desk.driver.send(mobile, code)
    except SmsRefused as refusal:
        OUTCOMES.labels("refused").inc()
        log.warning("sms_refused", mobile=mask_mobile(mobile), reason=str(refusal))
    except SmsUnavailable:
        OUTCOMES.labels("unavailable").inc()
        store.command("ZREM", SENT, name)
        raise
    else:
        OUTCOMES.labels("sent").inc()
