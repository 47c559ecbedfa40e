"""Channels and authors of imported articles: found by name, made when missing."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.errors import TransactionConflict
from common.extensions.db import insert_new, transaction
from common.models import Channel, User, UserProfile
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from common.services.accounts import nicknames
from common.services.ids import identifiers
from common.services.importing.items import LONGEST_NAME
from common.utils import clock

_FIRST_MOBILE: Final = 1
_MOBILE_DIGITS: Final = 11


class Places:
    """Ids by name; each name is looked up once per import."""

    def __init__(self) -> None:
        self.channel_ids: dict[str, int] = {}
        self.author_ids: dict[str, int] = {}
        self.new_channels = 0
        self.new_authors = 0

    def prepare(self, *, channels: Iterable[str], authors: Iterable[str]) -> None:
        """Make sure that these have ids.

        :raises IntegrityError: somebody else made one of them at the same time; try again
        :raises TransactionConflict: likewise
        """
        unknown_channels = dict.fromkeys(name for name in channels if name not in self.channel_ids)
        unknown_authors = dict.fromkeys(name for name in authors if name not in self.author_ids)
        if not unknown_channels and not unknown_authors:
            return
        before = self.new_channels, self.new_authors
        try:
            with transaction() as session:
                found = {name: self._channel(session, name) for name in unknown_channels}
                people = {name: self._author(session, name) for name in unknown_authors}
        except BaseException:
            self.new_channels, self.new_authors = before
            raise
        # Only what is committed may be remembered.
        self.channel_ids |= found
        self.author_ids |= people

    def _channel(self, session: Session, name: str) -> int:
        """At the end of the list, for everybody to see and nobody's default."""
        query = select(Channel.channel_id).where(Channel.channel_name == name)
        if (channel_id := session.scalar(query)) is not None:
            return channel_id
        last = session.scalar(select(func.max(Channel.sequence))) or 0
        channel = Channel(channel_name=name, sequence=last + 1, is_visible=True)
        if insert_new(session, channel):
            self.new_channels += 1
            outbox.add(ChannelTableChanged())
            return channel.channel_id
        raise TransactionConflict  # another import was faster

    def _author(self, session: Session, name: str) -> int:
        """A verified media account of this name; never that of a reader who happens to share it."""
        for candidate in _candidates(name):
            row = session.execute(
                select(User.user_id, User.is_media, User.is_verified).where(
                    User.user_name == candidate
                )
            ).one_or_none()
            if row is not None and row.is_media and row.is_verified:
                return int(row.user_id)
            if row is None and not nicknames.taken_among(session, (candidate,)):
                return self._new_author(session, candidate)
        raise AssertionError("unreachable: the candidates never end")

    def _new_author(self, session: Session, name: str) -> int:
        user_id = identifiers.new_id()
        now = clock.now()
        session.add_all(
            [
                User(
                    user_id=user_id,
                    user_name=name,
                    mobile=_next_mobile(session),
                    is_media=True,
                    is_verified=True,
                ),
                UserProfile(user_id=user_id, register_media_time=now),
            ]
        )
        session.flush()
        self.new_authors += 1
        return user_id


def _candidates(name: str) -> Iterable[str]:
    yield name
    for number in count(2):
        suffix = f" {number}"
        yield name[: LONGEST_NAME - len(suffix)] + suffix


def _next_mobile(session: Session) -> str:
    """A number that nobody can own or sign in with: real ones begin with 1."""
    last = session.scalar(select(func.max(User.mobile)).where(User.mobile < "1"))
    number = int(last) + 1 if last else _FIRST_MOBILE
    return f"{number:0{_MOBILE_DIGITS}}"
