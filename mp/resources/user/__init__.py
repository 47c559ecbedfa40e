"""Log-in, own data and followers: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.user import profile

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/user/profile", profile.UserProfileResource),
]
