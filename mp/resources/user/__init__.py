"""Log-in, own data and followers: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mp.resources.user import followers, legalizes, passport, profile

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/captchas/<mobile:mobile>", passport.CaptchaResource),
    ("/v1_0/sms/codes/<mobile:mobile>", passport.SmsVerificationCodeResource),
    ("/v1_0/authorizations", passport.AuthorizationResource),
    ("/v1_0/user/profile", profile.UserProfileResource),
    ("/v1_0/user/photo", profile.UserPhotoResource),
    ("/v1_0/user/legalizes", legalizes.LegalizeListResource),
    ("/v1_0/followers", followers.FollowerListResource),
]
