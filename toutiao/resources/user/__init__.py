"""Accounts, own data, own channels, and relations between users: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from toutiao.resources.user import cards, channels, passport, profile, relations, upload

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/sms/codes/<mobile:mobile>", passport.SmsVerificationCodeResource),
    ("/v1_0/authorizations", passport.AuthorizationResource),
    ("/v1_0/user", cards.CurrentUserResource),
    ("/v1_0/users/<id:user_id>", cards.UserResource),
    ("/v1_0/user/profile", profile.ProfileResource),
    ("/v1_0/user/photo", profile.PhotoResource),
    ("/v1_0/upload", upload.UploadResource),
    ("/v1_0/user/figure", profile.FigureResource),
    ("/v1_0/user/channels", channels.UserChannelListResource),
    ("/v1_1/user/channels", channels.UserChannelListResource),
    ("/v1_0/user/channels/<id:channel_id>", channels.UserChannelResource),
    ("/v1_1/user/channels/<id:channel_id>", channels.UserChannelResource),
    ("/v1_0/user/followings", relations.FollowingListResource),
    ("/v1_0/user/followings/<id:user_id>", relations.FollowingResource),
    ("/v1_0/user/followers", relations.FollowerListResource),
    ("/v1_0/user/blacklists", relations.BlacklistListResource),
    ("/v1_0/user/blacklists/<id:user_id>", relations.BlacklistResource),
    ("/v1_0/users/<id:user_id>/followings", relations.UserFollowingListResource),
    ("/v1_0/users/<id:user_id>/followers", relations.UserFollowerListResource),
]
