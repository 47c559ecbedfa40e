"""Loading the demo: a small living product to look at and to develop clients against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from common.cache import pins
from common.extensions.db import session_scope, transaction
from common.schemas.events.articles import ArticlesImported
from common.schemas.events.channels import ChannelTableChanged
from common.services import outbox
from common.services.articles.publication_times import FeedTimes
from common.services.counters import rebuilding
from common.services.ids import identifiers
from common.services.seeding import base
from common.services.seeding.administrators import Login
from common.services.statistics import rolling_up, sources
from common.utils import clock
from common.utils.storage import Storage
from scripts.demo import (
    articles,
    catalogue,
    content,
    figures,
    histories,
    notices,
    people,
    reactions,
    remarks,
)
from scripts.demo.articles import Plan
from scripts.demo.content import Content
from scripts.demo.drawing import Drawing
from scripts.demo.people import DEMO_AUTHOR, DEMO_READER, Account
from scripts.demo.pictures import Painter
from scripts.demo.progress import Progress, Stage


@dataclass(frozen=True)
class Summary:
    """What a load added; ``administrator`` only if one was made."""

    users: int = 0
    articles: int = 0
    comments: int = 0
    administrator: Login | None = None


def load(
    progress: Progress | None = None,
    *,
    storage: Storage,
    account: str = "admin",
    password: str | None = None,
    texts: Content | None = None,
) -> Summary:
    """Add what is missing of the demo; what people changed since stays changed.

    Pictures are stored before the rows that name them, each channel is one transaction, and a
    load that was interrupted is completed by the next one.

    :param account: the first administrator (see :func:`base.load`)
    :param texts: None: the bundled ones
    :raises DependencyUnavailable: SQL, STORE or the object storage is down
    """
    with session_scope():
        administrator = base.load(account=account, password=password)
        texts = texts or content.read()
        with Painter(storage, progress) as painter:
            newcomers = _load_people(texts, painter)
            plans, user_ids = _plan(texts)
            comments = _load_articles(plans, user_ids, painter, progress)
        _finish(user_ids, is_new=bool(plans), reader_is_new=DEMO_READER in newcomers)
    return Summary(len(newcomers), len(plans), comments, administrator)


def _load_people(texts: Content, painter: Painter) -> list[str]:
    """Channels and all that, then the people; the nicknames of the new ones."""
    everybody = people.accounts(texts)
    with transaction() as session:
        present = people.user_ids(session, everybody)
        # With the people there, a missing channel or word has been removed by an operator.
        if 2 * len(present) < len(everybody):
            catalogue.add(session, texts)
            outbox.add(ChannelTableChanged())
    missing = [account for account in everybody if account.name not in present]
    if missing:
        _add_people(texts, missing, painter)
    return [account.name for account in missing]


def _add_people(texts: Content, missing: Sequence[Account], painter: Painter) -> None:
    new_ids = dict(
        zip((one.name for one in missing), identifiers.new_ids(len(missing)), strict=True)
    )
    portraits = {one.name: Drawing(one.person.portrait) for one in missing}
    keys = painter.paint(
        "Drawing portraits", {portraits[name]: user_id for name, user_id in new_ids.items()}
    )
    with transaction() as session:
        people.add(
            session, missing, new_ids, {name: keys[drawing] for name, drawing in portraits.items()}
        )
        everybody = people.user_ids(session, people.accounts(texts))
        people.add_followings(session, texts, everybody)
        people.add_demo_channels(session, everybody)


def _plan(texts: Content) -> tuple[list[Plan], dict[str, int]]:
    with transaction() as session:
        user_ids = people.user_ids(session, people.accounts(texts))
        channel_ids = catalogue.channel_ids(session)
        plans = articles.plan(session, texts, channel_ids=channel_ids, user_ids=user_ids)
    return plans, user_ids


def _load_articles(
    plans: Sequence[Plan], user_ids: Mapping[str, int], painter: Painter, progress: Progress | None
) -> int:
    """Returns the number of comments."""
    by_channel = [
        list(group)
        for _, group in groupby(
            sorted(plans, key=lambda one: one.channel_id), key=lambda one: one.channel_id
        )
    ]
    drawings = {drawing: one.author_id for one in plans for drawing in one.drawings}
    keys = painter.paint("Drawing pictures", drawings)
    stage = Stage(progress, "Writing channels", len(by_channel))
    times = FeedTimes()
    comments = 0
    for group in by_channel:
        comments += _load_channel(group, user_ids, keys, times)
        stage.advance()
    return comments


def _load_channel(
    plans: Sequence[Plan],
    user_ids: Mapping[str, int],
    keys: Mapping[Drawing, str],
    times: FeedTimes,
) -> int:
    now = clock.now()
    with transaction() as session:
        articles.add(
            session,
            plans,
            feed_ms=times.claim(session, [clock.to_ms(one.published_at) for one in plans]),
            keys=keys,
            reviewer_id=articles.reviewer(session),
        )
        # The search index hears of them; all figures are counted at the end.
        outbox.add(ArticlesImported(article_ids=tuple(one.article_id for one in plans), figures=()))
        comments = remarks.add(session, plans, user_ids=user_ids, now=now)
        reactions.add(session, plans, user_ids=user_ids, comments=comments, now=now)
    return sum(comments.values())


def _finish(user_ids: Mapping[str, int], *, is_new: bool, reader_is_new: bool) -> None:
    """What is derived: statistics, notifications, and everything in STORE.

    The month of statistics tells whether a load has come to its end before: it is committed with
    the rest. What STORE holds is written before that, as writing it twice is harmless.
    """
    with transaction() as session:
        is_first = figures.add(session)
        if is_first or is_new:
            notices.add(session, user_ids, (DEMO_AUTHOR, DEMO_READER))
        if is_first or reader_is_new:
            histories.add(user_ids[DEMO_READER])
        channels = catalogue.channel_ids(session)
    if is_new or rebuilding.is_lost():
        pins.rebuild([articles.RECOMMENDATION_CHANNEL, *channels.values()])
        rebuilding.rebuild()
    if is_new or is_first:
        rolling_up.roll_up()
        sources.recount()
