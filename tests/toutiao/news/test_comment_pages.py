"""Reading comments and replies page by page (contract/user-app.md §9.1)."""

from __future__ import annotations

import pytest

from common.utils.constants import RelationKind
from tests.factories import ArticleFactory, CommentFactory, CommentLikingFactory, UserFactory
from tests.support.scenarios.accounts import relate
from tests.support.scenarios.discussing import (
    DIALECTS,
    arrive,
    ask,
    discuss,
    ids,
    pin,
    take_away,
    walk,
    walked,
)

NOTHING = {"total_count": 0, "end_id": None, "last_id": None, "results": []}


@pytest.fixture
def article(runtime):
    """A published article without comments."""
    return ArticleFactory(published=True)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
@pytest.mark.parametrize("kind", ["a", "c"])
def test_every_client_reads_every_comment_once_newest_first(anonymous, article, kind, dialect):
    for size in (0, 1, 9, 10, 11, 57):
        top = CommentFactory()
        source = top.comment_id if kind == "c" else ArticleFactory(published=True).article_id
        of_article = (source, None) if kind == "a" else (top.article_id, top)
        written = discuss(of_article[0], size, to=of_article[1])

        pages = list(walk(anonymous, dialect, kind, source))

        assert [i for page in pages for i in ids(page)] == written[::-1]
        assert {page["total_count"] for page in pages} == {size}


@pytest.mark.parametrize("limit", [1, 3, 20, 100])
def test_pages_may_have_other_sizes(anonymous, article, limit):
    written = discuss(article.article_id, 40)

    pages = list(walk(anonymous, DIALECTS[2], "a", article.article_id, limit=limit))

    assert [i for page in pages for i in ids(page)] == written[::-1]
    assert {len(page["results"]) for page in pages[:-1]} <= {limit}


def test_the_last_page_ends_where_the_list_ends(anonymous, article):
    written = discuss(article.article_id, 15)

    pages = list(walk(anonymous, DIALECTS[0], "a", article.article_id))

    assert [(page["last_id"], page["end_id"]) for page in pages] == [
        (written[5], written[0]),
        (written[0], written[0]),
        (None, None),
    ]
    assert pages[-1] == {"total_count": 15, "end_id": None, "last_id": None, "results": []}


def test_no_comments_are_an_empty_list_with_null_cursors(anonymous, article):
    assert ask(anonymous, "a", article.article_id) == NOTHING


@pytest.mark.parametrize("kind", ["a", "c"])
@pytest.mark.parametrize("source", [404, 2**53 + 1, 2**63 - 1])
def test_an_unknown_source_has_no_comments(anonymous, kind, source):
    assert ask(anonymous, kind, source) == NOTHING


@pytest.mark.parametrize("write", [str, lambda id_: f'"{id_}"', lambda id_: f" {id_} "])
def test_ids_may_come_as_text_quoted_or_not(anonymous, article, write):
    written = discuss(article.article_id, 3)

    page = ask(anonymous, "a", write(article.article_id), offset=write(written[2]), limit='"2"')

    assert ids(page) == [written[1], written[0]]


@pytest.mark.parametrize("offset", ["", "0", '"0"', " "])
def test_no_cursor_is_the_first_page(anonymous, article, offset):
    written = discuss(article.article_id, 2)

    assert ids(ask(anonymous, "a", article.article_id, offset=offset)) == written[::-1]


def test_pinned_comments_come_first_across_pages(anonymous, article):
    written = discuss(article.article_id, 20)
    pinned = [written[2], written[9], written[17], written[19]]
    for comment_id in pinned:
        pin(comment_id)

    pages = list(walk(anonymous, DIALECTS[0], "a", article.article_id, limit=3))

    rest = [i for i in written if i not in pinned]
    assert [i for page in pages for i in ids(page)] == pinned[::-1] + rest[::-1]
    tops = [item["is_top"] for page in pages for item in page["results"]]
    assert tops == [1] * 4 + [0] * 16


def test_a_pin_shows_at_once_and_goes_at_once(anonymous, article):
    written = discuss(article.article_id, 3)
    before = ids(ask(anonymous, "a", article.article_id))

    pin(written[0])
    meanwhile = ids(ask(anonymous, "a", article.article_id))
    pin(written[0], is_top=False)
    after = ids(ask(anonymous, "a", article.article_id))

    assert before == after == written[::-1]
    assert meanwhile == [written[0], written[2], written[1]]


@pytest.mark.parametrize("kind", ["a", "c"])
def test_comments_that_arrive_between_pages_shift_nothing(anonymous, kind):
    top = CommentFactory()
    to = top if kind == "c" else None
    written = discuss(top.article_id, 25, to=to)
    source = top.comment_id if kind == "c" else top.article_id
    if kind == "a":
        written = [top.comment_id, *written]
    seen = []

    for page in walk(anonymous, DIALECTS[0], kind, source):
        seen += ids(page)
        arrive(top.article_id, to=to)

    assert seen == written[::-1]


def test_comments_deleted_between_pages_shift_nothing(anonymous, article):
    written = discuss(article.article_id, 25)
    seen = []

    for page in walk(anonymous, DIALECTS[0], "a", article.article_id, limit=5):
        seen += ids(page)
        if page["results"]:
            take_away(page["last_id"])  # the very comment that the next page goes on from

    assert seen == written[::-1]


@pytest.mark.parametrize("is_cached", [False, True])
def test_a_cursor_that_was_deleted_or_never_was_goes_on_below_it(anonymous, article, is_cached):
    written = discuss(article.article_id, 6)
    pin(written[1])
    if is_cached:
        ask(anonymous, "a", article.article_id)
    take_away(written[3])

    below_deleted = ask(anonymous, "a", article.article_id, offset=written[3])
    above_all = ask(anonymous, "a", article.article_id, offset=2**63 - 1)
    below_all = ask(anonymous, "a", article.article_id, offset=1)

    assert ids(below_deleted) == [written[2], written[0]]
    assert ids(above_all) == [written[5], written[4], written[2], written[0]]
    assert below_all == {"total_count": 5, "end_id": None, "last_id": None, "results": []}


def test_a_list_too_long_to_be_cached_is_read_to_its_end(anonymous, article):
    written = discuss(article.article_id, 1203)
    pin(written[0])

    pages = list(walk(anonymous, DIALECTS[2], "a", article.article_id, limit=100))

    assert [i for page in pages for i in ids(page)] == [written[0], *written[:0:-1]]
    assert {page["total_count"] for page in pages} == {1203}


def test_a_thread_lists_answers_to_answers_and_an_answer_its_own(anonymous, article):
    top = CommentFactory(article_id=article.article_id)
    answer = CommentFactory(to=top)
    deeper = CommentFactory(to=answer)
    deepest = CommentFactory(to=deeper)
    other = CommentFactory(to=top)

    thread = [other, deepest, deeper, answer]
    assert ids(ask(anonymous, "c", top.comment_id)) == [each.comment_id for each in thread]
    assert ids(ask(anonymous, "c", answer.comment_id)) == [deeper.comment_id]
    assert ids(ask(anonymous, "c", deeper.comment_id)) == [deepest.comment_id]
    assert ids(ask(anonymous, "c", deepest.comment_id)) == []
    assert ids(ask(anonymous, "a", article.article_id)) == [top.comment_id]


def test_a_comment_shows_what_clients_read(reader, article):
    writer = UserFactory(profile_photo="https://img.example.com/u/7c20.png")
    comment = CommentFactory(article_id=article.article_id, user_id=writer.user_id, content="第一")
    CommentLikingFactory(user_id=reader.user.user_id, comment_id=comment.comment_id)
    relate(reader.user.user_id, writer.user_id, RelationKind.FOLLOW)

    (item,) = ask(reader, "a", article.article_id)["results"]

    assert item == {
        "com_id": comment.comment_id,
        "aut_id": writer.user_id,
        "aut_name": writer.user_name,
        "aut_photo": "https://img.example.com/u/7c20.png",
        "content": "第一",
        "pubdate": comment.create_time.isoformat(timespec="seconds"),
        "is_top": 0,
        "like_count": 0,
        "reply_count": 0,
        "is_liking": True,
        "is_followed": True,
    }


def test_visitors_like_and_follow_nobody(anonymous, article):
    discuss(article.article_id, 1)

    (item,) = ask(anonymous, "a", article.article_id)["results"]

    assert (item["is_liking"], item["is_followed"]) == (False, False)


def test_hits_and_misses_of_the_cache_answer_alike(anonymous, article, redis):
    written = discuss(article.article_id, 23)
    pin(written[4])

    def read():
        return list(walk(anonymous, DIALECTS[0], "a", article.article_id, limit=7))

    loaded, cached = read(), read()
    redis.flushall()

    assert loaded == cached == read()


@pytest.mark.settings(redis_store_url="redis://127.0.0.1:9", redis_cache_url="redis://127.0.0.1:9")
def test_comments_are_read_without_redis_too(anonymous, article):
    written = discuss(article.article_id, 25)

    assert walked(anonymous, "a", article.article_id) == written[::-1]
