"""What a bench measures on: made once, and nothing of its making is left to do beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select

from common import search
from common.extensions.db import db, session_scope
from common.models import Article, OutboxEvent, User
from common.schemas.writing.articles import ArticleText, CreateOptions
from common.search import Kind
from common.services.outbox.projections import search_index
from common.services.outbox.relay import lanes
from common.services.writing.own import finding
from common.services.writing.saves import saving
from common.utils.parameters.phrases import Phrase
from scripts import embedded
from scripts.benching import publishing
from scripts.benching.binding import bound_to

IMPORTED = 7
BY_AUTHOR = User.user_name == publishing.AUTHOR


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``scripts/bench publish`` prepares, in small."""
    folder = tmp_path_factory.mktemp("bench")
    return publishing.prepare(folder, IMPORTED, Console(quiet=True))


@pytest.fixture
def author(home: Path) -> Iterator[User]:
    """Who wrote all that was imported; the product is bound to its data."""
    with embedded.EmbeddedStack(home) as stack, bound_to(stack.environment), session_scope():
        yield db.session.scalars(select(User).where(BY_AUTHOR)).one()


def test_one_author_has_all_of_it_and_finds_it(author):
    own = select(func.count()).select_from(Article).where(Article.user_id == author.user_id)
    (title, *_) = db.session.scalars(
        select(Article.title).where(Article.user_id == author.user_id)
    ).all()

    assert db.session.scalar(own) == IMPORTED
    assert finding.find_own(_phrase(title), author.user_id, page=1, per_page=10)["total_count"] > 0


def test_the_index_that_is_left_out_is_there_and_empty(author):
    engine = search.engine()

    assert [engine.is_ready(kind) for kind in Kind] == [True, True]
    assert list(engine.stored(Kind.PUBLIC, after=0, upto=None)) == []
    assert len(list(engine.stored(Kind.OWN, after=0, upto=None))) > IMPORTED  # the demo's, too


def test_nothing_waits_for_the_index_and_what_is_saved_reaches_it(author):
    topics = [each.topic for each in search_index.OF_ARTICLES]
    waiting = select(func.count()).select_from(OutboxEvent).where(OutboxEvent.topic.in_(topics))
    assert db.session.scalar(waiting) == 0

    channel_id = db.session.scalars(select(Article.channel_id).limit(1)).one()
    text = ArticleText(
        title="鹦鹉螺号的航海日志",
        content="<p>正文</p>",
        cover={"type": 0, "images": []},
        channel_id=channel_id,
    )
    made = saving.create(author.user_id, text, CreateOptions(is_draft=True))
    for relay in lanes():
        while relay.run_once():
            continue

    found = finding.find_own(_phrase("鹦鹉螺号"), author.user_id, page=1, per_page=10)
    assert [row["id"] for row in found["results"]] == [made.article_id]


def test_it_is_made_once(home):
    before = sorted((each.name, each.stat().st_mtime_ns) for each in home.iterdir())

    publishing.prepare(home.parent, IMPORTED, Console(quiet=True))

    assert sorted((each.name, each.stat().st_mtime_ns) for each in home.iterdir()) == before


def _phrase(text: str) -> Phrase:
    return Phrase(text, text)
