"""When an article is to appear (contract/additions.md §2, "schedule")."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from common.errors import InvalidInput
from common.schemas.writing.articles import Schedule
from common.utils import clock

SOONEST: Final = timedelta(seconds=60)
LATEST: Final = timedelta(days=365)
INVALID: Final = {"publish_at": "Invalid date param."}


def settled(schedule: Schedule | None, *, present: datetime | None) -> datetime | None:
    """The time that is to be kept.

    :param schedule: None: it stays as it is
    :param present: the time until now, which may be sent again whatever it is
    :raises InvalidInput: too soon, or too far away
    """
    if schedule is None or schedule.publish_at == present:
        return present
    if schedule.publish_at is None:
        return None
    wanted = schedule.publish_at.replace(microsecond=0)
    now = clock.now()
    if not now + SOONEST <= wanted <= now + LATEST:
        raise InvalidInput(INVALID)
    return wanted
