"""What readers ask for over HTTP, and find (search.md §3)."""

from __future__ import annotations

import pytest

from tests.factories import ArticleFactory

SEARCH = "/v1_0/search"


def publish(*titles):
    return [ArticleFactory(published=True, title=title).article_id for title in titles]


def found(client, q, **query):
    answer = client.get(SEARCH, query_string={"q": q, **query})
    assert answer.status_code == 200, answer.json
    return [each["art_id"] for each in answer.json["data"]["results"]]


@pytest.mark.parametrize("day", ["1970-01-01", "1969-12-31", "0001-01-01"])
def test_days_before_the_epoch_are_days_like_others(anonymous, day):
    expected = publish("夜跑地图")

    assert found(anonymous, "夜跑", begin=day) == expected
    assert found(anonymous, "夜跑", end=day) == []
    assert found(anonymous, "夜跑", begin=day, sort="time") == expected
