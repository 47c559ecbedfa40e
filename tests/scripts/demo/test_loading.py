"""What the demo consists of, as a whole (contract/data-model.md §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from common.cache import counters, pins
from common.extensions.db import db, session_scope
from common.extensions.redis import store
from common.models import (
    Announcement,
    Article,
    ArticleContent,
    ArticleDay,
    ArticleReview,
    ArticleRevision,
    ArticleStatistic,
    Attitude,
    Channel,
    ChannelTop,
    Collection,
    Comment,
    Notification,
    Relation,
    Report,
    SensitiveWord,
    StatisticsBasic,
    StatisticsReadSource,
    StatisticsSales,
    StatisticsSearcher,
    StatisticsSearchTotal,
    User,
    UserChannel,
)
from common.services.statistics import articles as figures
from common.services.statistics.days import midnight
from common.utils import clock
from common.utils.constants import ArticleStatus, RelationKind, StatisticsKind
from common.utils.media import LOCAL_PATH
from common.utils.text.html import pictures_of, sanitise, text_of
from tests.scripts.demo.conftest import Loaded

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("_session")]


@pytest.fixture
def _session(loaded: Loaded) -> Iterator[None]:
    with session_scope():
        yield


def _count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _user(mobile: str) -> User:
    return db.session.scalars(select(User).where(User.mobile == mobile)).one()


def test_there_are_channels_for_everybody_and_some_by_default():
    channels = {row.channel_id: row for row in db.session.scalars(select(Channel))}

    assert sorted(channels) == list(range(1, 27))
    assert channels[7].channel_name == "数据库"
    assert all(row.is_visible and row.sequence == id_ for id_, row in channels.items())
    assert sum(row.is_default for row in channels.values()) == 10


def test_there_are_authors_and_readers_with_portraits_of_their_own(loaded: Loaded):
    users = list(db.session.scalars(select(User)))

    assert sum(user.is_media and user.is_verified for user in users) >= 12
    assert sum(not user.is_media for user in users) == 20
    assert len({user.profile_photo for user in users}) == len(users)
    assert all(loaded.storage.exists(user.profile_photo) for user in users)


def test_the_numbers_that_clients_have_filled_in_belong_to_verified_people():
    author, reader = _user("13911111111"), _user("13812345678")

    assert (author.user_name, author.is_media, author.is_verified) == ("码农老周", True, True)
    assert (reader.is_media, reader.is_verified) == (False, True)


def test_articles_are_long_enough_to_be_read_and_complete():
    rows = db.session.execute(
        select(Article, ArticleContent).join(
            ArticleContent, ArticleContent.article_id == Article.article_id
        )
    ).all()

    lengths = [len("".join(text_of(body.content).split())) for _, body in rows]
    assert len(rows) >= 260
    assert all(300 <= length <= 1500 for length in lengths)
    assert all(row.status == ArticleStatus.APPROVED for row, _ in rows)
    assert all(sanitise(body.content) == body.content for _, body in rows)
    assert [body.chars for _, body in rows] == lengths
    assert [body.pictures for _, body in rows] == [len(pictures_of(b.content)) for _, b in rows]
    for model in (ArticleStatistic, ArticleRevision, ArticleReview):
        assert _count(model) == len(rows)


def test_every_channel_has_a_page_of_articles():
    shelves = Counter(db.session.scalars(select(Article.channel_id)))

    assert set(shelves) == set(db.session.scalars(select(Channel.channel_id)))
    assert min(shelves.values()) >= 10


def test_the_older_end_of_the_feed_has_pictures_like_the_newer_one():
    covers = db.session.scalars(select(Article.cover).order_by(Article.feed_ms)).all()

    for part in (covers[:50], covers[-50:]):
        assert sum(cover["type"] > 0 for cover in part) >= 40


def test_articles_are_discussed_as_unevenly_as_people_do():
    said = Counter(db.session.scalars(select(Comment.article_id)))
    sizes = Counter(
        said[article_id] for article_id in db.session.scalars(select(Article.article_id))
    )

    assert max(sizes.values()) < 0.25 * sizes.total()
    assert sizes[0] > 0
    assert max(sizes) >= 25


def test_covers_come_in_all_kinds_and_every_picture_is_stored(loaded: Loaded):
    covers = list(db.session.scalars(select(Article.cover)))
    bodies = list(db.session.scalars(select(ArticleContent.content)))

    kinds = Counter(cover["type"] for cover in covers)
    inline = [url.removeprefix(LOCAL_PATH) for body in bodies for url in pictures_of(body)]
    keys = [key for cover in covers for key in cover["images"]] + inline
    assert set(kinds) == {0, 1, 3}
    assert min(kinds.values()) >= 30
    assert all(len(cover["images"]) == cover["type"] for cover in covers)
    assert len(inline) >= 50
    assert len(set(keys)) > 0.8 * len(keys)  # a cover shows pictures of the body, if it has any
    assert all(loaded.storage.exists(key) for key in keys)


def test_publication_times_are_past_unique_and_in_the_order_of_ids():
    rows = db.session.execute(
        select(Article.feed_ms, Article.create_time).order_by(Article.article_id)
    ).all()

    times = [row.feed_ms for row in rows]
    assert times == sorted(set(times))
    assert times[-1] < clock.now_ms()
    assert all(clock.to_ms(row.create_time) == row.feed_ms for row in rows)
    assert sum(row.create_time > clock.now() - timedelta(days=2) for row in rows) >= 30


def test_conversations_hang_together():
    comments = {row.comment_id: row for row in db.session.scalars(select(Comment))}
    published = dict(db.session.execute(select(Article.article_id, Article.create_time)).all())

    replies = [row for row in comments.values() if row.parent_id is not None]
    assert len(comments) >= 300
    assert len(replies) >= 50
    assert all(comments[row.root_id].parent_id is None for row in replies)
    assert all(comments[row.parent_id].article_id == row.article_id for row in replies)
    assert all(comments[row.parent_id].create_time < row.create_time for row in replies)
    assert all(
        published[row.article_id] < row.create_time <= clock.now() for row in comments.values()
    )
    in_order = sorted(comments.values(), key=lambda row: row.comment_id)
    for article_id in published:
        times = [row.create_time for row in in_order if row.article_id == article_id]
        assert times == sorted(times)


def test_every_author_has_followers_and_authors_follow_each_other():
    authors = set(db.session.scalars(select(User.user_id).where(User.is_media.is_(True))))
    pairs = db.session.execute(
        select(Relation.user_id, Relation.target_user_id).where(
            Relation.relation == RelationKind.FOLLOW
        )
    ).all()

    followers = Counter(target for _, target in pairs)
    assert all(5 <= followers[author] <= 14 for author in authors)
    assert any(user in authors and target in authors for user, target in pairs)


def test_attention_is_skewed_and_counters_agree_with_the_rows():
    rows = {row.article_id: row for row in db.session.scalars(select(ArticleStatistic))}
    likes = Counter(db.session.scalars(select(Attitude.article_id).where(Attitude.attitude == 1)))
    kept = Counter(db.session.scalars(select(Collection.article_id)))

    assert max(likes.values()) >= 15
    assert any(likes[article_id] <= 1 for article_id in rows)
    assert all(row.like_count == likes[id_] for id_, row in rows.items())
    assert all(row.collect_count == kept[id_] for id_, row in rows.items())
    assert counters.article_likes.get_many(rows) == {id_: likes[id_] for id_ in rows}
    assert counters.article_reads.get_many(rows) == {id_: r.read_count for id_, r in rows.items()}
    assert max(row.read_count for row in rows.values()) > 500


def test_the_demo_reader_has_lived_here_before():
    reader = _user("13812345678").user_id

    for model, fewest in ((UserChannel, 5), (Collection, 4), (Attitude, 5), (Notification, 5)):
        rows = select(func.count()).select_from(model).where(model.user_id == reader)
        assert db.session.scalar(rows) >= fewest
    followed = select(func.count()).where(Relation.user_id == reader, Relation.relation == 1)
    assert db.session.scalar(followed) >= 5
    assert store.command("ZCARD", f"user:{reader}:his:reading") >= 10
    assert store.command("ZCARD", f"user:{reader}:his:searching") >= 3


def test_the_demo_author_has_notifications_waiting_as_the_product_writes_them():
    author = _user("13911111111").user_id
    rows = list(db.session.scalars(select(Notification).where(Notification.user_id == author)))

    assert {row.kind for row in rows} >= {1, 2, 3, 4}
    assert all(row.delivered_at is None and row.payload["user_name"] for row in rows)


def test_some_articles_are_pinned_in_their_channel_and_two_in_recommendation():
    tops = db.session.execute(select(ChannelTop.channel_id, ChannelTop.article_id)).all()

    places = Counter(channel_id for channel_id, _ in tops)
    assert places[0] == 2
    assert len(places) >= 8
    for channel_id in places:
        wanted = {article_id for place, article_id in tops if place == channel_id}
        kept = store.command("ZRANGE", pins.key(channel_id), 0, -1)
        assert {int(article_id) for article_id in kept} == wanted


def test_operators_find_announcements_reports_words_and_thirty_days_of_figures(loaded: Loaded):
    days = db.session.scalars(
        select(func.date(StatisticsBasic.date_time)).where(StatisticsBasic.type == 9).distinct()
    ).all()

    assert _count(Announcement) == 6
    assert _count(Report) >= 2
    assert _count(SensitiveWord) >= 50
    assert len(days) >= 30
    assert set(db.session.scalars(select(StatisticsBasic.type))) == set(range(1, 11))
    today = select(func.sum(StatisticsBasic.count)).where(
        StatisticsBasic.type == StatisticsKind.ACCESS,
        StatisticsBasic.date_time >= midnight(loaded.at.date()),
    )
    assert db.session.scalar(today) > 0
    assert _count(StatisticsSearchTotal) >= 15
    assert _count(StatisticsSearcher) > 1000
    misses = select(func.count()).where(StatisticsSearchTotal.miss_user_count > 0)
    assert db.session.scalar(misses) >= 3
    assert db.session.scalar(select(func.sum(StatisticsReadSource.count))) == db.session.scalar(
        select(func.sum(ArticleDay.lt20 + ArticleDay.mid + ArticleDay.gt80))
    )
    assert min(db.session.scalars(select(StatisticsSales.money))) > 0


def test_the_load_tells_how_far_it_is(loaded: Loaded):
    finished = [what for what, done, total in loaded.stages if done == total]

    assert finished == ["Drawing portraits", "Drawing pictures", "Writing channels"]
    assert loaded.summary.administrator is not None


def test_every_reading_is_in_the_figures_of_its_article(loaded: Loaded):
    article_ids = list(db.session.scalars(select(Article.article_id)))
    told = dict(
        db.session.execute(select(ArticleStatistic.article_id, ArticleStatistic.read_count)).all()
    )
    assert len(told) == len(article_ids) > 0

    authors = dict(db.session.execute(select(Article.article_id, Article.user_id)).all())
    for article_id in sorted(article_ids)[::25]:
        shown: Any = figures.figures_of_own(article_id, authors[article_id], begin=None, end=None)
        conversion = shown["conversion"]
        assert conversion["read_count"] == sum(shown["origin"].values()) == told[article_id]
        assert conversion["unique_count"] <= conversion["read_count"] < conversion["reco_count"]
        assert sum(shown["completed"].values()) < conversion["read_count"]
        assert 0 < shown["avg_read_proc"] < 1
    days = select(func.sum(ArticleDay.reads), func.sum(ArticleDay.likes))
    reads, likes = db.session.execute(days).one()
    assert reads == sum(told.values())
    assert likes > 0
