"""Loading the demo again, after an interruption, and after people changed things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

import common.models
from common.extensions.db import db, transaction
from common.extensions.redis import store
from common.models import Article, Channel, ChannelTop, Comment, Relation, SensitiveWord, User
from common.services.notices.samples import DEMO_READER_MOBILE
from common.settings import Settings
from common.utils import storage
from common.utils.constants import RelationKind
from scripts.demo import content, loading
from scripts.demo.content import Content

FEW = 3  # channels; the whole demo is loaded by test_demo

Counts = dict[str, int]


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture(scope="module")
def texts() -> Content:
    """A part of the demo's texts, with everybody."""
    whole = content.read()
    return replace(whole, channels=whole.channels[-FEW:])


@pytest.fixture
def load(runtime: Settings, texts: Content):
    """Load that part; keyword arguments as of the product's function."""

    def call(progress: Any = None, **options: Any) -> loading.Summary:
        return loading.load(progress, storage=storage.build(runtime), texts=texts, **options)

    return call


def _counts() -> Counts:
    models = [getattr(common.models, name) for name in common.models.__all__]
    counts = {
        model.__name__: db.session.scalar(select(func.count()).select_from(model))
        for model in models
    }
    return {name: count for name, count in counts.items() if name != "WorkerLease"}


def test_a_second_load_changes_nothing(load):
    first = load()
    before = _counts()

    second = load()

    assert first.articles > 15
    assert (second.users, second.articles, second.comments) == (0, 0, 0)
    assert second.administrator is None
    assert _counts() == before


def test_a_second_load_draws_and_counts_nothing(load, cost):
    load()
    stages: list[str] = []

    with cost() as spent:
        load(lambda what, _done, _total: stages.append(what))

    assert stages == []
    assert spent.sql < 40
    assert spent.stages <= 2


def test_a_load_that_was_interrupted_is_completed(load):
    def interrupt(what: str, done: int, _total: int) -> None:
        if what == "Writing channels" and done == 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        load(interrupt)
    half = db.session.scalar(select(func.count(Article.article_id)))

    load()

    channels = set(db.session.scalars(select(Article.channel_id)))
    titles = db.session.scalars(select(Article.title)).all()
    assert len(channels) == FEW
    assert 0 < half < len(titles) == len(set(titles))
    assert db.session.scalar(select(func.count(Comment.comment_id))) > 0


def test_a_load_that_was_interrupted_before_its_last_step_is_completed(load):
    def interrupt(what: str, done: int, total: int) -> None:
        if what == "Writing channels" and done == total:
            raise Interrupted

    with pytest.raises(Interrupted):
        load(interrupt)
    before = _counts()

    load()

    after = _counts()
    reader = db.session.scalar(select(User.user_id).where(User.mobile == DEMO_READER_MOBILE))
    assert after["Article"] == before["Article"] > 15
    assert (before["Notification"], before["StatisticsBasic"]) == (0, 0)
    assert after["Notification"] >= 5
    assert after["StatisticsBasic"] > 0
    kept = [
        store.command("ZCARD", f"user:{reader}:his:{kind}") for kind in ("reading", "searching")
    ]
    assert kept == [18, 3]
    load()
    assert _counts() == after


def test_what_people_changed_stays_changed(load):
    load()
    with transaction() as session:
        session.execute(update(Article).values(title=Article.title + " (改)"))
        session.execute(update(User).values(introduction="我自己写的"))
        session.execute(update(Relation).values(relation=RelationKind.NONE))
        session.execute(update(Channel).where(Channel.channel_id == 24).values(channel_name="宇宙"))
        for model in (SensitiveWord, ChannelTop):
            for row in session.scalars(select(model)).all():
                session.delete(row)
    before = _counts()

    load()

    assert _counts() == before
    assert set(db.session.scalars(select(User.introduction))) == {"我自己写的"}
    assert set(db.session.scalars(select(Relation.relation))) == {RelationKind.NONE}
    assert db.session.scalar(select(Channel.channel_name).where(Channel.channel_id == 24)) == "宇宙"


def test_people_and_channels_that_were_there_first_keep_their_places(load, texts: Content):
    taken = texts.channels[0].channel_id
    with transaction() as session:
        session.add(Channel(channel_id=taken, channel_name="本地", is_visible=True))
        session.add(User(user_id=5, mobile="13911111111", user_name="13911111111"))
        session.add(User(user_id=6, mobile="13500000000", user_name="前端小鹿"))
        session.add(User(user_id=7, mobile="13500000001", user_name="阿\u200b澈"))

    load()

    names = dict(db.session.execute(select(User.mobile, User.user_name)).all())
    assert names["13911111111"] == "13911111111"
    assert names["13500000000"] == "前端小鹿"
    assert names["13800000003"].startswith("前端小鹿")
    assert "阿澈" not in names.values()
    assert any(name.startswith("阿澈") for name in names.values())
    channels = dict(db.session.execute(select(Channel.channel_name, Channel.channel_id)).all())
    assert channels["本地"] == taken
    assert channels[texts.channels[0].name] != taken


def test_counters_that_store_lost_are_made_anew(load, redis):
    load()
    redis.flushall()

    load()

    assert redis.zcard("count:user:arts") > 0
    assert redis.zcard("ch:0:art:top") > 0
