"""Accounts, own data and own channels: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.user import cards, channels, passport

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/sms/codes/<mobile:mobile>", passport.SmsVerificationCodeResource),
    ("/v1_0/authorizations", passport.AuthorizationResource),
    ("/v1_0/user", cards.CurrentUserResource),
    ("/v1_0/user/channels", channels.UserChannelListResource),
    ("/v1_1/user/channels", channels.UserChannelListResource),
]
