"""Readers and editors, and their requests for verification: URLs."""

from __future__ import annotations

from common.utils.output import Resource
from mis.resources.user import legalizes, users

ROUTES: list[tuple[str, type[Resource]]] = [
    ("/v1_0/users", users.UserListResource),
    ("/v1_0/users/<id:user_id>", users.UserResource),
    ("/v1_0/users/<id:user_id>/disabled", users.UserDisabledResource),
    ("/v1_0/users/<id:user_id>/hidings", users.HidingListResource),
    ("/v1_0/users/<id:user_id>/hidings/undo", users.HidingUndoResource),
    ("/v1_0/legalizes", legalizes.LegalizeListResource),
    ("/v1_0/legalizes/<id:legalize_id>", legalizes.LegalizeResource),
]
