"""Saves, autosaves and restores of one article where many arrive at once, on a real MariaDB."""

from __future__ import annotations

from functools import partial
from threading import Event

import pytest
from sqlalchemy import func, insert, select

from common.errors import Conflict, DependencyUnavailable, TransactionConflict
from common.extensions.db import db, refresh_view, retry_on_conflict, transaction
from common.models import (
    Article,
    ArticleAppeal,
    ArticleAutosave,
    ArticleContent,
    ArticleReview,
    ArticleRevision,
)
from common.schemas.writing.articles import ArticleText, CreateOptions, SaveOptions
from common.schemas.writing.autosaves import Origin, Typed
from common.services.writing.history import restoring, revisions
from common.services.writing.reviewing import appeals, previews
from common.services.writing.saves import editing, saving
from common.services.writing.saves.holding import StaleVersion
from common.services.writing.typed import autosaves
from common.settings import Settings
from common.utils.constants import ArticleStatus
from tests.factories import ChannelFactory, UserFactory
from tests.support.harness.threads import at_once
from tests.support.harness.waiting import WAIT_SECONDS
from tests.support.scenarios.writing import set_article
from tests.topology.test_own_data_mariadb import THREADS

TRIES = 9


@pytest.fixture(autouse=True)
def _bound(on_mariadb: Settings) -> None:
    """Tests that name no fixture use the database too."""


@pytest.fixture
def user_id() -> int:
    """An author."""
    return UserFactory(verified=True).user_id


@pytest.fixture
def channel_id() -> int:
    """A visible channel."""
    return ChannelFactory().channel_id


@pytest.fixture
def article_id(user_id, channel_id) -> int:
    """A draft, version 1."""
    return saving.create(
        user_id, text(channel_id, "<p>一</p>"), CreateOptions(is_draft=True)
    ).article_id


def text(channel_id: int, content: str) -> ArticleText:
    return ArticleText(
        title="老城墙下的早点铺",
        content=content,
        cover={"type": 0, "images": []},
        channel_id=channel_id,
    )


def count(model) -> int:
    refresh_view()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_of_saves_that_began_with_one_version_one_is_accepted_and_the_last_refused_is_kept(
    user_id, channel_id, article_id
):
    def send(number):
        def save():
            try:
                return editing.edit(
                    article_id,
                    user_id,
                    text(channel_id, f"<p>{number}</p>"),
                    SaveOptions(
                        is_draft=True, base_versions=(1,), origin=Origin(f"tab-{number}", 1)
                    ),
                ).version
            except StaleVersion:
                return None

        return lambda: retry_on_conflict(save, attempts=TRIES)

    answers = at_once(*[send(number) for number in range(THREADS)])

    assert sorted(answer for answer in answers if answer is not None) == [2]
    refresh_view()
    saved = answers.index(2)
    assert db.session.get(ArticleContent, article_id).content == f"<p>{saved}</p>"
    assert count(ArticleRevision) == 2
    assert count(ArticleAutosave) == 1
    assert autosave_of(article_id) != f"<p>{saved}</p>"


def autosave_of(article_id: int) -> str:
    refresh_view()
    query = select(ArticleAutosave.content).where(ArticleAutosave.article_id == article_id)
    return db.session.scalars(query).one()


def test_autosaves_of_one_window_that_arrive_at_once_leave_the_newest(user_id, article_id):
    def send(number):
        typed = Typed("早", f"<p>{number}</p>", {}, None, 1, Origin("tab", number))
        return lambda: retry_on_conflict(
            lambda: autosaves.keep(article_id, user_id, typed), attempts=TRIES
        )

    at_once(*[send(number) for number in range(THREADS)])

    assert autosave_of(article_id) == f"<p>{THREADS - 1}</p>"
    assert count(ArticleAutosave) == 1


def test_an_autosave_that_its_own_save_overtakes_on_the_way_does_not_come_back(
    user_id, channel_id, article_id, monkeypatch
):
    """It found nothing that is newer, and the save would find no slot that it could empty."""
    has_looked, goes_on = Event(), Event()

    def late_insert(model):
        has_looked.set()
        assert goes_on.wait(WAIT_SECONDS)
        return insert(model)

    def keep():
        typed = Typed("早", "<p>旧</p>", {}, None, 1, Origin("tab", 1))
        autosaves.keep(article_id, user_id, typed)

    def save():
        how = SaveOptions(is_draft=True, origin=Origin("tab", 2))
        new = text(channel_id, "<p>新</p>")
        assert has_looked.wait(WAIT_SECONDS)
        try:
            editing.edit(article_id, user_id, new, how)
        except (DependencyUnavailable, TransactionConflict):  # the autosave holds the article
            goes_on.set()
            editing.edit(article_id, user_id, new, how)
        goes_on.set()

    monkeypatch.setattr(autosaves, "insert", late_insert)

    at_once(keep, save)

    assert count(ArticleAutosave) == 0


@pytest.mark.settings(db_max_overflow=50)  # nobody is refused for want of a connection
def test_of_fifty_new_texts_that_arrive_at_once_twenty_are_kept_and_none_from_before(user_id):
    """Which twenty is for the order in which they came to the author's row, which nobody knows."""

    def send(number):
        typed = Typed("早", f"<p>{number}</p>", {}, None, None, Origin(None, None))
        return lambda: retry_on_conflict(autosaves.prepared(user_id, typed), attempts=TRIES)

    for number in range(autosaves.MAX_NEW_TEXTS - 2):
        send(number)()

    answers = at_once(*[send(number) for number in range(50)])

    sent = {each["id"] for each in answers}
    refresh_view()
    kept = db.session.scalars(select(ArticleAutosave.autosave_id)).all()
    assert len(sent) == 50
    assert len(kept) == autosaves.MAX_NEW_TEXTS
    assert sent.issuperset(kept)


def test_saves_autosaves_and_restores_beside_each_other_all_come_through(
    user_id, channel_id, article_id
):
    def save(number):
        editing.edit(
            article_id, user_id, text(channel_id, f"<p>文{number}</p>"), SaveOptions(is_draft=True)
        )

    def keep(number):
        typed = Typed("早", f"<p>字{number}</p>", {}, None, 1, Origin("tab", number))
        autosaves.keep(article_id, user_id, typed)

    def restore_first(_number):
        with restoring.preparing(article_id, user_id, 1) as restore:
            restore()

    def often(verb):
        def work():
            for number in range(8):  # fewer versions than are kept
                retry_on_conflict(partial(verb, number), attempts=TRIES)

        return work

    at_once(*map(often, (save, keep, restore_first, save, keep, restore_first)))

    refresh_view()
    versions = list(
        db.session.scalars(select(ArticleRevision.version).order_by(ArticleRevision.version))
    )
    newest = db.session.get(Article, article_id).version
    assert versions[-1] == newest
    assert len(versions) <= revisions.KEPT + revisions.EVERY
    assert versions == list(range(versions[0], newest + 1))
    assert autosave_of(article_id) == "<p>字7</p>"


def test_merging_and_the_history_work_as_on_sqlite(user_id, channel_id, article_id):
    base = "<p>甲</p><p>乙</p><p>丙</p>"
    first = editing.edit(
        article_id, user_id, text(channel_id, base), SaveOptions(is_draft=True)
    ).version
    for content in (base.replace("甲", "甲一"), base.replace("丙", "丙二")):
        saved = editing.edit(
            article_id,
            user_id,
            text(channel_id, content),
            SaveOptions(is_draft=True, base_versions=(first,), is_merging=True),
        )

    merged = revisions.get(article_id, user_id, saved.version)["content"]

    assert merged == "<p>甲一</p><p>乙</p><p>丙二</p>"
    listed = revisions.list_revisions(article_id, user_id, page=1, per_page=50)
    assert [each["version"] for each in listed["results"]] == [4, 3, 2, 1]


def test_one_link_and_one_appeal_whoever_asks_at_once(user_id, article_id):
    set_article(article_id, status=ArticleStatus.REJECTED)
    with_review(article_id)

    def appeal():
        try:
            return appeals.appeal(article_id, user_id, "请再看一遍") > 0
        except Conflict:
            return False

    links = at_once(
        *[
            lambda: retry_on_conflict(
                lambda: previews.offer(article_id, user_id)["url"], attempts=TRIES
            )
        ]
        * THREADS
    )
    filed = at_once(*[lambda: retry_on_conflict(appeal, attempts=TRIES)] * THREADS)

    assert len(set(links)) == 1
    assert sorted(filed) == [False] * (THREADS - 1) + [True]
    assert count(ArticleAppeal) == 1


def with_review(article_id: int) -> None:
    with transaction() as session:
        session.add(
            ArticleReview(
                article_id=article_id,
                status=ArticleStatus.REJECTED,
                former=ArticleStatus.PENDING,
                reason="标题夸张",
            )
        )
