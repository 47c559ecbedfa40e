"""The demo's people: authors and readers, what they look like and whom they follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.extensions.db import insert_ignore
from common.models import Channel, Relation, User, UserChannel, UserProfile
from common.services.accounts import nicknames
from common.services.notices.samples import DEMO_READER_MOBILE
from common.utils import clock
from common.utils.constants import RelationKind
from scripts.demo.chance import dice, some
from scripts.demo.content import Content, Person

# The numbers that people type into the clients and that some have filled in beforehand
# (contract/clients.md §2, contract/media-platform.md §1.5).
DEMO_AUTHOR: Final = "码农老周"
DEMO_READER: Final = "北岸来信"
DEMO_AUTHOR_MOBILE: Final = "13911111111"

_AUTHOR_MOBILE: Final = 13_800_000_000
_READER_MOBILE: Final = 13_600_000_000

_FEWEST_FOLLOWERS: Final = 5
_MOST_FOLLOWERS: Final = 14
_DEMO_READER_FOLLOWS: Final = 6
_DEMO_READER_CHANNELS: Final = (7, 8, 3, 16, 17, 18, 24, 22)


@dataclass(frozen=True)
class Account:
    """A person with the mobile number that stands for him in every database."""

    person: Person
    mobile: str

    @property
    def is_author(self) -> bool:
        """Whether he writes articles."""
        return self.person.certificate is not None

    @property
    def name(self) -> str:
        """His nickname in the texts."""
        return self.person.name


def accounts(content: Content) -> list[Account]:
    """Everybody, authors first."""
    special = {DEMO_AUTHOR: DEMO_AUTHOR_MOBILE, DEMO_READER: DEMO_READER_MOBILE}
    numbered = [
        *((person, _AUTHOR_MOBILE + n) for n, person in enumerate(content.authors, 1)),
        *((person, _READER_MOBILE + n) for n, person in enumerate(content.readers, 1)),
    ]
    return [Account(person, special.get(person.name, str(mobile))) for person, mobile in numbered]


def user_ids(session: Session, people: Sequence[Account]) -> dict[str, int]:
    """Id by nickname of those who have an account, whatever they call themselves by now."""
    names = {account.mobile: account.name for account in people}
    rows = session.execute(
        select(User.mobile, User.user_id).where(User.mobile.in_(list(names))).order_by(User.user_id)
    )
    return {names[row.mobile]: row.user_id for row in rows}


def add(
    session: Session,
    people: Sequence[Account],
    new_ids: Mapping[str, int],
    avatars: Mapping[str, str],
) -> None:
    """Add accounts with profiles for people who have none; ids and picture keys by nickname."""
    now = clock.now()
    taken = nicknames.taken_among(session, [account.name for account in people])
    for account in people:
        cup = dice("account", account.name)
        joined = now - timedelta(days=cup.uniform(1, 29 if cup.random() < 0.6 else 400))
        user_id = new_ids[account.name]
        session.add_all(
            [
                _user(account, user_id, taken, avatars[account.name], _recently(now, cup)),
                _profile(account, user_id, joined.replace(microsecond=0)),
            ]
        )
    session.flush()


def _user(
    account: Account, user_id: int, taken: set[str], avatar: str, last_login: datetime
) -> User:
    is_author = account.is_author
    return User(
        user_id=user_id,
        mobile=account.mobile,
        # Somebody else may have been faster; then the number tells the two apart.
        user_name=account.name if account.name not in taken else account.name + account.mobile[-4:],
        profile_photo=avatar,
        introduction=account.person.introduction,
        certificate=account.person.certificate,
        is_media=is_author,
        is_verified=is_author or account.name == DEMO_READER,
        last_login=last_login,
    )


def _profile(account: Account, user_id: int, joined: datetime) -> UserProfile:
    return UserProfile(
        user_id=user_id,
        gender=account.person.gender,
        birthday=account.person.birthday,
        career=account.person.certificate,
        register_media_time=joined if account.is_author else None,
        create_time=joined,
        update_time=joined,
    )


def _recently(now: datetime, cup: Random) -> datetime:
    return (now - timedelta(hours=cup.expovariate(1 / 20))).replace(microsecond=0)


def add_followings(session: Session, content: Content, ids: Mapping[str, int]) -> None:
    """Readers follow authors, and authors follow each other; what exists is left as it is."""
    authors = [person.name for person in content.authors]
    others = [person.name for person in (*content.authors, *content.readers)]
    pairs = [(name, DEMO_READER) for name in ("阿澈", "二十四桥", "一颗海盐", DEMO_AUTHOR)]
    for place, author in enumerate(authors):
        cup = dice("followers of", author)
        count = cup.randint(_FEWEST_FOLLOWERS, _MOST_FOLLOWERS)
        if place < _DEMO_READER_FOLLOWS:
            pairs.append((DEMO_READER, author))
            count -= 1
        candidates = [name for name in others if name not in (author, DEMO_READER)]
        pairs += [(name, author) for name in some(cup, candidates, count)]
    insert_ignore(session, Relation, [_following(ids, *pair) for pair in pairs])


def _following(ids: Mapping[str, int], user: str, target: str) -> dict[str, Any]:
    hours = dice(user, "follows", target).uniform(1, 700)
    since = (clock.now() - timedelta(hours=hours)).replace(microsecond=0)
    return {
        "user_id": ids[user],
        "target_user_id": ids[target],
        "relation": RelationKind.FOLLOW,
        "create_time": since,
        "update_time": since,
    }


def add_demo_channels(session: Session, ids: Mapping[str, int]) -> None:
    """The demo reader has chosen channels; the others see the default ones."""
    wanted = Channel.channel_id.in_(_DEMO_READER_CHANNELS)
    present = set(session.scalars(select(Channel.channel_id).where(wanted)))
    chosen = [channel_id for channel_id in _DEMO_READER_CHANNELS if channel_id in present]
    insert_ignore(
        session,
        UserChannel,
        [
            {"user_id": ids[DEMO_READER], "channel_id": channel_id, "sequence": place}
            for place, channel_id in enumerate(chosen, 1)
        ],
    )
