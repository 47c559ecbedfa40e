"""What kind of phone a client runs on, as far as its user agent says."""

from __future__ import annotations

from common.utils.constants import Device


def device_of(user_agent: str) -> Device | None:
    """iOS or Android; None for everything else."""
    lowered = user_agent.lower()
    if "android" in lowered:
        return Device.ANDROID
    if any(name in lowered for name in ("iphone", "ipad", "ios/")):
        return Device.IOS
    return None
