"""The last day that can be written, which clients send for "without end" (clients.md §2)."""

from __future__ import annotations

import pytest

from common.utils.constants import ArticleStatus
from tests.factories import ArticleFactory
from tests.support.clients.api import ApiClient

LAST = "9999-12-31"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/mp/v1_0/articles", {"end_pubdate": LAST}),
        ("/mp/v1_0/statistics/articles", {"end_pubdate": LAST}),
        ("/mp/v1_0/statistics/articles/{}", {"begin_pubdate": LAST, "end_pubdate": LAST}),
        ("/v1_0/search", {"q": "早点", "end": LAST}),
    ],
)
def test_spans_may_end_with_the_last_day_of_all(editor: ApiClient, path: str, query: dict) -> None:
    article = ArticleFactory(user_id=editor.user.user_id, status=ArticleStatus.APPROVED)

    answer = editor.get(path.format(article.article_id), query_string=query)

    assert answer.status_code == 200, answer.text
