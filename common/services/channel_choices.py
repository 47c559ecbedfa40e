"""A reader's own list of channels: the five ways to change it (contract/user-app.md §6.3, §6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.cache import channel
from common.cache.channel import ONLY
from common.errors import Conflict, InvalidInput
from common.extensions.db import lock_one, transaction
from common.models import User, UserChannel
from common.schemas.events import ChannelsChanged
from common.services import outbox
from common.services.channels import RECOMMENDED
from common.utils import clock

MAX_CHOICES = 200
MAX_SEQUENCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel and its place; ``sequence`` None puts it behind the others."""

    channel_id: int
    sequence: int | None = None


def checked(choices: Sequence[Choice]) -> list[Choice]:
    """The choices a list write is about: channel 0 left out, every place filled in.

    :raises InvalidInput: too many, unknown or repeated channels, or a negative place
    """
    if not choices:
        raise InvalidInput("Channels param is required.")
    if len(choices) > MAX_CHOICES:
        raise InvalidInput("Invalid channels param.")
    # A client may send its whole list, the virtual channel included.
    real = [choice for choice in choices if choice.channel_id != RECOMMENDED]
    known = _visible_ids()
    if any(choice.channel_id not in known for choice in real):
        raise InvalidInput("Invalid channels param.")
    if len({choice.channel_id for choice in real}) < len(real):
        raise InvalidInput("Repeated channels occurred.")
    placed = [choice.sequence for choice in real if choice.sequence is not None]
    if any(not 0 <= sequence <= MAX_SEQUENCE for sequence in placed):
        raise InvalidInput("Invalid channel sequence param.")
    following = max(placed, default=0)
    filled = []
    for choice in real:
        sequence = choice.sequence
        if sequence is None:
            following += 1
            sequence = following
        filled.append(Choice(choice.channel_id, min(sequence, MAX_SEQUENCE)))
    return filled


def add_channels(user_id: int, choices: Sequence[Choice]) -> None:
    """Add channels; nothing is saved if one of them is in the list already.

    :raises Conflict: one is
    """
    with transaction() as session:
        mine = _Mine(session, user_id)
        if mine.chosen.intersection(choice.channel_id for choice in choices):
            raise Conflict("Some conflict user channels occurred.")
        mine.put(choices)


def replace_channels(user_id: int, choices: Sequence[Choice]) -> None:
    """Make the list exactly this one; an empty one is a list edited to empty."""
    with transaction() as session:
        mine = _Mine(session, user_id)
        mine.remove(mine.chosen.difference(choice.channel_id for choice in choices))
        mine.put(choices)


def set_channels(user_id: int, choices: Sequence[Choice]) -> None:
    """Add or move these channels and keep the others."""
    with transaction() as session:
        _Mine(session, user_id).put(choices)


def set_channel(user_id: int, choice: Choice) -> None:
    """Add or move one channel.

    :raises InvalidInput: no visible channel has this id
    """
    if choice.channel_id not in _visible_ids():
        raise InvalidInput("Invalid channel id.")
    set_channels(user_id, [choice])


def remove_channels(user_id: int, channel_ids: Iterable[int]) -> None:
    """Take channels out of the list; those that are not in it do not matter."""
    with transaction() as session:
        _Mine(session, user_id).remove(channel_ids)


def _visible_ids() -> set[int]:
    return {each.channel_id for each in channel.all_channels.get(ONLY) or ()}


class _Mine:
    """All rows of a reader's list, removed channels included; the account's row is locked."""

    def __init__(self, session: Session, user_id: int) -> None:
        # Two first edits at once must not both materialise the defaults.
        lock_one(session, User, user_id=user_id)
        self._session = session
        self._user_id = user_id
        self._rows = {
            row.channel_id: row
            for row in session.scalars(select(UserChannel).where(UserChannel.user_id == user_id))
        }
        if not self._rows:
            # Adding one channel must not make all defaults vanish.
            defaults = channel.default_channels.get(ONLY) or ()
            self.put(Choice(each.channel_id, at) for at, each in enumerate(defaults, start=1))
        outbox.add(ChannelsChanged(user_id=user_id))

    @property
    def chosen(self) -> set[int]:
        """Channels that are in the list."""
        return {row.channel_id for row in self._rows.values() if not row.is_deleted}

    def put(self, choices: Iterable[Choice]) -> None:
        """Add channels, or move those that are there."""
        for choice in choices:
            row = self._rows.get(choice.channel_id)
            if row is None:
                row = UserChannel(user_id=self._user_id, channel_id=choice.channel_id)
                self._rows[choice.channel_id] = row
                self._session.add(row)
            row.is_deleted = False
            row.sequence = choice.sequence or 0
            row.update_time = clock.now()
        self._session.flush()

    def remove(self, channel_ids: Iterable[int]) -> None:
        """Take channels out that are in the list."""
        for channel_id in self.chosen.intersection(channel_ids):
            self._rows[channel_id].is_deleted = True
            self._rows[channel_id].update_time = clock.now()
        self._session.flush()
