"""A reader's own list of channels: the five ways to change it (contract/user-app.md §6.3, §6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.cache import channel
from common.cache.channel import ONLY
from common.errors import Conflict, InvalidInput
from common.extensions.db import lock_one, transaction
from common.models import User, UserChannel
from common.schemas.events.channels import ChannelsChanged
from common.services import outbox
from common.services.channels.catalogue import RECOMMENDED
from common.utils import clock

MAX_CHOICES = 200
MAX_SEQUENCE = 2**31 - 1
REQUIRED = "Channels param is required."
INVALID = "Invalid channels param."


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel and its place; ``sequence`` None puts it behind the others."""

    channel_id: int
    sequence: int | None = None


def checked(choices: Sequence[Choice]) -> list[Choice]:
    """The choices a list write is about: channel 0 left out.

    :raises InvalidInput: none, too many, unknown or repeated channels, or an impossible place
    """
    if not choices:
        raise InvalidInput(REQUIRED)
    # A client may send its whole list, the virtual channel included.
    real = [choice for choice in choices if choice.channel_id != RECOMMENDED]
    channel_ids = {choice.channel_id for choice in real}
    if len(choices) > MAX_CHOICES or not channel_ids <= _visible_ids():
        raise InvalidInput(INVALID)
    if len(channel_ids) < len(real):
        raise InvalidInput("Repeated channels occurred.")
    placed = [choice.sequence for choice in real if choice.sequence is not None]
    if any(not 0 <= sequence <= MAX_SEQUENCE for sequence in placed):
        raise InvalidInput("Invalid channel sequence param.")
    return real


def add_channels(user_id: int, choices: Sequence[Choice]) -> list[Choice]:
    """Add channels; nothing is saved if one of them is in the list already.

    Like the other list writes it returns the choices with their places.

    :raises Conflict: one is
    """
    with transaction() as session:
        mine = _Mine(session, user_id)
        if mine.chosen.intersection(choice.channel_id for choice in choices):
            raise Conflict("Some conflict user channels occurred.")
        return mine.put(choices)


def replace_channels(user_id: int, choices: Sequence[Choice]) -> list[Choice]:
    """Make the list exactly this one; an empty one is a list edited to empty."""
    with transaction() as session:
        mine = _Mine(session, user_id)
        mine.remove(mine.chosen)
        return mine.put(choices)


def set_channels(user_id: int, choices: Sequence[Choice]) -> list[Choice]:
    """Add or move these channels and keep the others."""
    with transaction() as session:
        return _Mine(session, user_id).put(choices)


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

    def put(self, choices: Iterable[Choice]) -> list[Choice]:
        """Add channels, or move those that are there; the choices with their places.

        A choice without a place goes behind all others.
        """
        put = []
        for choice in self._placed(choices):
            row = self._rows.get(choice.channel_id)
            if row is None:
                row = UserChannel(user_id=self._user_id, channel_id=choice.channel_id)
                self._rows[choice.channel_id] = row
                self._session.add(row)
            row.is_deleted = False
            row.sequence = choice.sequence or 0
            row.update_time = clock.now()
            put.append(choice)
        self._session.flush()
        return put

    def _placed(self, choices: Iterable[Choice]) -> Iterator[Choice]:
        wanted = list(choices)
        moved = {choice.channel_id for choice in wanted}
        others = [self._rows[channel_id].sequence for channel_id in self.chosen - moved]
        last = max([*others, *(choice.sequence or 0 for choice in wanted)], default=0)
        for choice in wanted:
            if choice.sequence is None:
                last = min(last + 1, MAX_SEQUENCE)
                choice = Choice(choice.channel_id, last)
            yield choice

    def remove(self, channel_ids: Iterable[int]) -> None:
        """Take channels out that are in the list."""
        for channel_id in self.chosen.intersection(channel_ids):
            self._rows[channel_id].is_deleted = True
            self._rows[channel_id].update_time = clock.now()
        self._session.flush()
