"""Channels that are deleted while texts come into them, on a real MariaDB."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select

from common.errors import InvalidInput
from common.extensions.db import db, engine, refresh_view, retry_on_conflict
from common.models import Article, Channel
from common.schemas.administration.operators import Operator
from common.schemas.overseeing.articles import Decision
from common.schemas.writing.articles import ArticleText, CreateOptions, SaveOptions
from common.services.channels import editing
from common.services.reviewing.deciding import decide
from common.services.writing.saves import saving
from common.settings import Settings
from common.utils.constants import ReviewAction
from tests.factories import AdministratorFactory, ChannelFactory, UserFactory
from tests.support.harness.threads import at_once

ROUNDS = 15
DRAFT = CreateOptions(is_draft=True)


@pytest.fixture(autouse=True)
def _bound(on_mariadb: Settings) -> None:
    """Tests that name no fixture use the database too."""


def text(channel_id: int) -> ArticleText:
    cover = {"type": 0, "images": []}
    return ArticleText(
        title="老城墙下的早点铺", content="<p>一</p>", cover=cover, channel_id=channel_id
    )


def outcome(verb: Callable[[], object]) -> str:
    try:
        retry_on_conflict(verb)
    except InvalidInput:
        return "refused"
    return "done"


@pytest.mark.parametrize("way", ["new", "edit"])
def test_either_the_text_comes_in_or_the_channel_goes(way):
    user_id, first = UserFactory(verified=True).user_id, ChannelFactory().channel_id
    operator = somebody()
    for channel_id in [ChannelFactory().channel_id for _ in range(ROUNDS)]:
        come = partial(saving.create, user_id, text(channel_id), DRAFT)
        if way == "edit":
            article_id = saving.create(user_id, text(first), DRAFT).article_id
            how = SaveOptions(is_draft=True)
            come = partial(saving.edit, article_id, user_id, text(channel_id), how)
        go = partial(editing.delete_channel, operator, channel_id)

        outcomes = at_once(partial(outcome, come), partial(outcome, go))

        assert sorted(outcomes) == ["done", "refused"]
        assert homeless() == []


def test_a_channel_stays_while_a_text_for_it_is_approved():
    """Between two looks it would go from what waits to what is there."""
    user_id, first = UserFactory(verified=True).user_id, ChannelFactory().channel_id
    channel_id, operator = ChannelFactory().channel_id, somebody()
    article_id = saving.create(user_id, text(first), CreateOptions(is_draft=False)).article_id
    decide(operator, approval(article_id))
    beside = SaveOptions(is_draft=False, keep_live=True)
    saving.edit(article_id, user_id, text(channel_id), beside)
    looks: list[str] = []

    def approve_meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        is_first = not looks and "news_article_basic" in statement
        if is_first:
            looks.append(statement)
            at_once(partial(decide, operator, approval(article_id)))

    event.listen(engine(), "after_cursor_execute", approve_meanwhile)
    try:
        with pytest.raises(InvalidInput):
            editing.delete_channel(operator, channel_id)
    finally:
        event.remove(engine(), "after_cursor_execute", approve_meanwhile)

    assert looks
    assert homeless() == []


def approval(article_id: int) -> Decision:
    return Decision(action=ReviewAction.APPROVE, article_ids=[article_id], reason="")


def somebody() -> Operator:
    """Who may do everything."""
    row = AdministratorFactory(super=True)
    return Operator(row.administrator_id, row.name, row.group_id, "127.0.0.1", is_super=True)


def homeless() -> list[int]:
    """Articles whose channels are gone."""
    refresh_view()
    there = select(Channel.channel_id)
    return list(
        db.session.scalars(select(Article.article_id).where(Article.channel_id.not_in(there)))
    )
