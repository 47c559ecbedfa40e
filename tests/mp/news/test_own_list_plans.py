"""A list of very many own articles comes from an index alone, whichever filters are set.

How much of the index is counted grows with the author; no row but those of the page is looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.factories import ChannelFactory, UserFactory
from tests.support.clients.api import ApiClient
from tests.support.harness.plans import plan_of, selects
from tests.support.scenarios.articles import in_turns, many_articles
from tests.support.scenarios.writing import PATH

MANY = 300
CHANNELS = 3
OF_CHANNEL = MANY // CHANNELS
ALL_DAYS = {"begin_pubdate": "2025-12-31", "end_pubdate": "2026-01-02"}


class Written(NamedTuple):
    """Ids of own articles, oldest first, and the channels that they take turns in."""

    article_ids: list[int]
    channel_ids: list[int]


@pytest.fixture
def written(editor) -> Written:
    """Many articles of the editor beside as many of somebody else, in the same channels."""
    channel_ids = [ChannelFactory().channel_id for _ in range(CHANNELS)]
    in_turns(many_articles(UserFactory().user_id, MANY, first=10**11), channel_ids)
    return Written(in_turns(many_articles(editor.user.user_id, MANY), channel_ids), channel_ids)


def steps_of(editor: ApiClient, **values: Any) -> tuple[dict[str, Any], list[str]]:
    """A page, and the steps by which SQLite found it."""
    with selects() as seen:
        answer = editor.get(PATH, query_string=values)
    assert answer.status_code == 200, answer.json
    asked = {statement: values for statement, values in seen.items() if "news_article" in statement}
    assert len(asked) == 2
    return answer.json["data"], [
        step for statement, values in asked.items() for step in plan_of(statement, values)
    ]


@pytest.mark.parametrize("page", [1, 15, 30])
@pytest.mark.parametrize("status", ["", "2", ["1", "2"]])
@pytest.mark.parametrize("days", [{}, {"begin_pubdate": "2025-12-31"}, ALL_DAYS])
def test_a_page_is_read_in_order_from_an_index_alone(editor, written, page, status, days):
    found, steps = steps_of(editor, page=page, status=status, **days)

    last = MANY - (page - 1) * 10
    assert [row["id"] for row in found["results"]] == written.article_ids[last - 10 : last][::-1]
    assert found["total_count"] == MANY
    _is_from_an_index_alone(steps)


@pytest.mark.parametrize("page", [1, 5, 10])
@pytest.mark.parametrize("status", ["", "2", ["1", "2"]])
@pytest.mark.parametrize("days", [{}, {"begin_pubdate": "2025-12-31"}, ALL_DAYS])
def test_a_page_of_a_channel_is_read_so_too(editor, written, page, status, days):
    """Not by all of the channel, which others write in as well, nor by every own article's row."""
    channel_id = written.channel_ids[1]

    found, steps = steps_of(editor, page=page, status=status, channel_id=channel_id, **days)

    last = OF_CHANNEL - (page - 1) * 10
    ids = written.article_ids[1::CHANNELS][last - 10 : last][::-1]
    assert [row["id"] for row in found["results"]] == ids
    assert found["total_count"] == OF_CHANNEL
    _is_from_an_index_alone(steps)


def test_several_channels_are_one_list(editor, written):
    channel_ids = written.channel_ids[:2]

    found, steps = steps_of(editor, page=1, channel_id=channel_ids)

    expected = [id_ for number, id_ in enumerate(written.article_ids) if number % CHANNELS < 2]
    assert [row["id"] for row in found["results"]] == expected[:-11:-1]
    assert found["total_count"] == 2 * OF_CHANNEL
    _is_from_an_index_alone(steps)


def _is_from_an_index_alone(steps: list[str]) -> None:
    """The count, and the ids of the page, whose rows are looked up by them."""
    of_own = [step for step in steps if "(user_id=?" in step]
    assert len(of_own) == 2, steps
    assert all("COVERING INDEX" in step for step in of_own), steps
    assert not any("TEMP B-TREE" in step or "SCAN news" in step for step in steps), steps
