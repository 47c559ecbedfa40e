"""Operators make accounts of readers and edit what these say of themselves (admin.md §2.25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput
from common.extensions.db import insert_new, lock_one, lock_or_create, transaction, update_unique
from common.models import User, UserProfile
from common.schemas.administration.audit import Change, Entry, Verb
from common.schemas.administration.operators import Operator
from common.schemas.events.accounts import ProfileChanged, UserRegistered
from common.services import outbox
from common.services.accounts import nicknames
from common.services.accounts.freezing import KIND
from common.services.accounts.profile_editing import PICTURES
from common.services.audit.recording import changes_of, record
from common.services.ids import identifiers
from common.services.media import uploads, uses
from common.utils.constants import MaterialUseKind, UserStatus
from common.utils.crypto.passwords import hash_password
from common.utils.text import names

UNKNOWN: Final = "Invalid user id."
PHOTO: Final = "profile_photo"
_UNIQUE: Final = ("account", "mobile", "user_name")
_OF_PROFILE: Final = ("gender", "area", "company", "career")

Values = Mapping[str, Any]  # by column of user_basic and user_profile


def create_user(operator: Operator, values: Values, *, password: str, photo: bytes) -> int:
    """A new account, not verified; its id.

    :param photo: a picture as uploaded; empty: none
    :raises InvalidInput: the name is too long, or the picture is none
    :raises Conflict: account, mobile or name is taken, or the name reserved
    :raises DependencyUnavailable: the picture could not be stored
    """
    name = nicknames.checked(values["user_name"], present="")
    purpose = {PHOTO: PICTURES["photo"]}
    pictures = uploads.decoded({PHOTO: photo} if photo else {}, purpose)
    hashed = hash_password(password)
    with uploads.all_or_nothing() as upload:
        keys = [upload.store(picture, purpose[PHOTO]) for picture in pictures.values()]
        with transaction() as session:
            account = {name_: values[name_] for name_ in values if name_ not in _OF_PROFILE}
            row = User(
                **account | {"user_name": name},
                user_id=identifiers.new_id(),
                password=hashed,
                profile_photo=keys[0] if keys else None,
                status=UserStatus.ENABLED,
            )
            if not insert_new(session, row):
                raise Conflict(f"{_taken(session, account)} already exists")
            profile = {name_: values[name_] for name_ in _OF_PROFILE if name_ in values}
            session.add(UserProfile(user_id=row.user_id, **profile))
            session.flush()
            avatar = MaterialUseKind.AVATAR
            uses.record(session, row.user_id, avatar, row.user_id, keys, former=[])
            outbox.add(UserRegistered(user_id=row.user_id))
            record(operator, _entry(Verb.ADD, row))
            return row.user_id


def edit_user(operator: Operator, user_id: int, values: Values) -> None:
    """Change what was given; everybody sees it at once.

    :raises InvalidInput: there is none with this id, or the name is too long
    :raises Conflict: mobile or name is taken, or the name reserved
    """
    with transaction() as session:
        user = lock_one(session, User, user_id=user_id)
        if user is None:
            raise InvalidInput(UNKNOWN)
        profile = lock_or_create(session, UserProfile, user_id=user_id)
        wanted = dict(values)
        if "user_name" in wanted:
            wanted["user_name"] = nicknames.checked(wanted["user_name"], present=user.user_name)
        of = {name: profile if name in _OF_PROFILE else user for name in wanted}
        changes = changes_of({name: getattr(of[name], name) for name in wanted}, wanted)
        account = {name: wanted[name] for name in changes if of[name] is user}
        if "user_name" in changes:
            account["name_fold"], account["name_look"] = names.keys(wanted["user_name"])
        if not update_unique(session, user, account):
            raise Conflict(f"{_taken(session, wanted, but=user_id)} already exists")
        for name in changes.keys() - account.keys():
            setattr(profile, name, wanted[name])
        if changes:
            outbox.add(ProfileChanged(user_id=user_id))
            record(operator, _entry(Verb.CHANGE, user, changes))


def _taken(session: Session, values: Values, *, but: int = 0) -> str:
    """Which of these somebody else has; a name also if one that looks the same exists."""
    for name in _UNIQUE[:-1]:
        column = getattr(User, name)
        found = select(User.user_id).where(column == values.get(name), User.user_id != but)
        if values.get(name) and session.scalar(found.limit(1)) is not None:
            return str(values[name])
    return str(values.get("user_name"))


def _entry(verb: Verb, row: User, changes: Mapping[str, Change] | None = None) -> Entry:
    target = f"user:{row.user_id}"
    return Entry(verb=verb, kind=KIND, name=row.user_id, target=target, changes=changes)
