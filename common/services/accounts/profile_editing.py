"""Editing one's own profile and handing in papers (contract/user-app.md §4.4, §4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from common.errors import Conflict, InvalidInput, NotAuthenticated
from common.extensions.db import db, lock_one, lock_or_create, reading_primary, transaction
from common.extensions.db.engines import is_duplicate
from common.extensions.storage import storage
from common.models import User, UserProfile
from common.schemas.events.accounts import ProfileChanged
from common.schemas.events.media import ObjectsDropped
from common.schemas.users import (
    EditedEditorProfile,
    EditedProfile,
    EditorProfileChanges,
    ProfileChanges,
)
from common.services import outbox
from common.services.accounts import nicknames, real_names
from common.services.media import uploads, uses
from common.services.media.uploads import Purpose
from common.services.moderation import sensitive_words
from common.utils import media
from common.utils.constants import MaterialUseKind
from common.utils.crypto import sealing
from common.utils.text import names

# Parameters that are pictures, in the order of the contract.
PICTURES: Mapping[str, Purpose] = {
    "photo": Purpose("avatar", label="profile photo", max_side=1024),
    **{
        name: Purpose("id-card", label=name, max_side=2048, private=True)
        for name in ("id_card_front", "id_card_back", "id_card_handheld")
    },
}
SIGNED_SECONDS = 600  # how long the address of a picture of papers works

# Parameter to column; the others are named alike.
_ACCOUNT = {
    "name": "user_name",
    "photo": "profile_photo",
    "intro": "introduction",
    "email": "email",
}


def edit_profile(
    user_id: int, *, changes: ProfileChanges, files: Mapping[str, bytes]
) -> EditedProfile:
    """Change what was sent, all of it or nothing; papers that are complete go to review.

    :param files: pictures as uploaded, by parameter (:data:`PICTURES`)
    :raises InvalidInput: a sensitive word, or no picture
    :raises Conflict: the name is taken, or papers of somebody who is verified
    :raises TooLarge: a picture is
    :raises TooManyRequests: too many uploads
    :raises DependencyUnavailable: a picture could not be stored
    """
    if files:
        uploads.take_turn(user_id)
    changes = _checked(user_id, changes, files)
    pictures = uploads.decoded(files, PICTURES)
    with uploads.all_or_nothing() as upload:
        keys = {name: upload.store(picture, PICTURES[name]) for name, picture in pictures.items()}
        shown = _shown(changes) | {name: _address(name, key) for name, key in keys.items()}
        if shown:
            with transaction() as session:
                _save(session, user_id, {**changes, **keys})
    edited: EditedProfile = {"id": user_id}
    edited.update(shown)  # type: ignore[typeddict-item] # members of ProfileChanges and PICTURES
    return edited


def edit_editor_profile(user_id: int, changes: EditorProfileChanges) -> EditedEditorProfile:
    """Change what an editor sent, all of it or nothing (contract/media-platform.md §2.6).

    :raises InvalidInput: a sensitive word
    :raises Conflict: the name is taken
    """
    changes = _checked(user_id, changes, {})
    if changes:
        with transaction() as session:
            _save(session, user_id, dict(changes))
    return {"id": user_id, **changes}


Changes = TypeVar("Changes", ProfileChanges, EditorProfileChanges)


def _checked(user_id: int, changes: Changes, files: Mapping[str, bytes]) -> Changes:
    """The changes as they are kept, if nothing speaks against them before anything is stored."""
    with reading_primary():
        account = db.session.execute(
            select(User.user_name, User.is_verified).where(User.user_id == user_id)
        ).one_or_none()
    if account is None:
        raise NotAuthenticated("User must be authorized.")
    if account.is_verified:
        real_names.refuse_papers((*changes, *files))
    texts = {"intro": changes.get("intro", "")}
    if "name" in changes:
        name = nicknames.checked(changes["name"], present=account.user_name)
        changes = {**changes, "name": name}
        texts = {"name": name, **texts} if name != account.user_name else texts
    for member, text in texts.items():
        _refuse_sensitive_words(member, text)
    return changes


def _refuse_sensitive_words(member: str, text: str) -> None:
    hits = sensitive_words.refusing(sensitive_words.find(text))
    if hits:
        sensitive_words.note_hits(hits)
        raise InvalidInput({member: "Sensitive word."})


def _shown(changes: ProfileChanges) -> dict[str, Any]:
    """The changes as they are answered."""
    shown: dict[str, Any] = dict(changes)
    if "birthday" in changes:
        birthday = changes["birthday"]
        shown["birthday"] = birthday.isoformat() if birthday else ""
    return shown


def _address(name: str, key: str) -> str:
    if PICTURES[name].private:
        return storage().signed_url(key, SIGNED_SECONDS, base_url=media.base_url())
    return media.url(key)


def _save(session: Session, user_id: int, values: dict[str, Any]) -> None:
    user = lock_one(session, User, user_id=user_id)
    if user is None:
        raise NotAuthenticated("User must be authorized.")
    if user.is_verified:  # the operators may have been faster
        real_names.refuse_papers(values)
    profile = lock_or_create(session, UserProfile, user_id=user_id)
    replaced = [
        key
        for name, purpose in PICTURES.items()
        if name in values and (key := _former(user, profile, name) or "").startswith(purpose.prefix)
    ]
    former = user.profile_photo or ""
    _write(session, user, profile, values)
    if "photo" in values:
        uses.record(
            session,
            user_id,
            MaterialUseKind.AVATAR,
            user_id,
            [values["photo"]],
            former=[former] if former else [],
        )
    if not values.keys().isdisjoint(real_names.MEMBERS):
        real_names.request_review(session, profile)
    outbox.add(ProfileChanged(user_id=user_id))
    if replaced:
        outbox.add(ObjectsDropped(keys=tuple(replaced)))


def _former(user: User, profile: UserProfile, name: str) -> str | None:
    """The key of the picture that is replaced."""
    former: str | None = (
        getattr(user, _ACCOUNT[name]) if name in _ACCOUNT else getattr(profile, name)
    )
    return former


def _write(session: Session, user: User, profile: UserProfile, values: Mapping[str, Any]) -> None:
    account = {_ACCOUNT[name]: value for name, value in values.items() if name in _ACCOUNT}
    if account.get("user_name") not in (None, user.user_name):
        fold, look = names.keys(account["user_name"])
        account |= {"name_fold": fold, "name_look": look}
    if account:
        try:
            session.execute(update(User).where(User.user_id == user.user_id).values(**account))
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            raise Conflict(nicknames.TAKEN) from error
    for name, value in values.items():
        if name not in _ACCOUNT:
            setattr(profile, name, sealing.seal(value) if name == "id_number" else value)
    session.flush()
