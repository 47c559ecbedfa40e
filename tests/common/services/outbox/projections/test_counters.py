"""Which figures an event moves (contract/redis.md §3)."""

from __future__ import annotations

import pytest

from common.cache import counters
from common.errors import DependencyUnavailable
from common.extensions.redis import store
from common.schemas import events
from common.schemas.events import CommentPlace
from common.services.outbox.effects import MalformedPayload, StoredEffect
from common.services.outbox.projections.counters import APPLIED, DIRTY, deliver, effects_of
from common.utils import clock
from common.utils.constants import AttitudeKind, RelationKind

LIKE, DISLIKE = AttitudeKind.LIKE, AttitudeKind.DISLIKE
NONE, FOLLOW, BLACKLIST = RelationKind.NONE, RelationKind.FOLLOW, RelationKind.BLACKLIST
READER, AUTHOR, ARTICLE = 1, 2, 101


def moved(event: object) -> dict[tuple[str, int], int | None]:
    """Figure → amount."""
    return {
        (key.removeprefix("count:"), member): amount
        for effect in effects_of(event)
        for key, member, amount in effect.payload["changes"]
    }


def stored(id_: int, *changes: list[object]) -> StoredEffect:
    deadline_ms = clock.now_ms() + 60_000
    return StoredEffect(id_, {"changes": list(changes)}, clock.now_precise(), deadline_ms)


@pytest.mark.parametrize(
    ("before", "after", "likes", "dislikes"),
    [
        (None, LIKE, 1, 0),
        (None, DISLIKE, 0, 1),
        (LIKE, DISLIKE, -1, 1),
        (DISLIKE, LIKE, 1, -1),
        (LIKE, None, -1, 0),
        (DISLIKE, None, 0, -1),
    ],
)
def test_an_attitude_counts_for_the_article_and_a_like_for_its_author(
    before, after, likes, dislikes
):
    figures = moved(events.AttitudeChanged(READER, ARTICLE, AUTHOR, before, after))

    expected = {
        ("art:liking", ARTICLE): likes,
        ("art:dislike", ARTICLE): dislikes,
        ("user:liked", AUTHOR): likes,
    }
    assert figures == {figure: amount for figure, amount in expected.items() if amount}


def test_a_like_taken_back_from_a_withdrawn_article_has_left_its_author_already():
    figures = moved(events.AttitudeChanged(READER, ARTICLE, None, LIKE, None))

    assert figures == {("art:liking", ARTICLE): -1}


@pytest.mark.parametrize(
    ("before", "after", "amount"),
    [
        (NONE, FOLLOW, 1),
        (BLACKLIST, FOLLOW, 1),
        (FOLLOW, NONE, -1),
        (FOLLOW, BLACKLIST, -1),
        (NONE, BLACKLIST, 0),
        (BLACKLIST, NONE, 0),
    ],
)
def test_following_counts_on_both_sides(before, after, amount):
    figures = moved(events.RelationChanged(READER, AUTHOR, before, after))

    both = {("user:followings", READER): amount, ("user:followers", AUTHOR): amount}
    assert figures == (both if amount else {})


@pytest.mark.parametrize(("is_collected", "amount"), [(True, 1), (False, -1)])
def test_collecting_counts_for_article_and_reader(is_collected, amount):
    figures = moved(events.CollectionChanged(READER, ARTICLE, is_collected))

    assert figures == {
        ("art:collecting", ARTICLE): amount,
        ("user:art:collecting", READER): amount,
    }


def test_a_comment_counts_for_the_article_only():
    figures = moved(events.CommentAdded(10, READER, ARTICLE, AUTHOR))

    assert figures == {("art:comm", ARTICLE): 1}


def test_a_reply_counts_for_the_thread_too():
    figures = moved(events.CommentAdded(11, READER, ARTICLE, AUTHOR, parent_id=10, root_id=10))

    assert figures == {("art:comm", ARTICLE): 1, ("art:reply", 10): 1}


def test_a_reply_to_a_reply_counts_for_both_above_it():
    figures = moved(events.CommentAdded(12, READER, ARTICLE, AUTHOR, parent_id=11, root_id=10))

    assert figures == {("art:comm", ARTICLE): 1, ("art:reply", 10): 1, ("art:reply", 11): 1}


@pytest.mark.parametrize("event", [events.CommentAdded, events.CommentDecided])
def test_a_comment_that_waits_or_was_refused_counts_nowhere(event):
    assert moved(event(10, READER, ARTICLE, AUTHOR, is_visible=False)) == {}


def test_a_thread_that_vanishes_takes_all_its_figures_along():
    removed = (CommentPlace(10), CommentPlace(11, 10, 10), CommentPlace(12, 11, 10))

    figures = moved(events.CommentDeleted(ARTICLE, removed))

    assert figures == {("art:comm", ARTICLE): -3, ("art:reply", 10): -2, ("art:reply", 11): -1}


def test_an_author_has_his_visible_articles_and_their_likes():
    appeared = moved(events.ArticlePublished(ARTICLE, AUTHOR, 7, likes=3))
    vanished = moved(events.ArticleWithdrawn(ARTICLE, AUTHOR, 7, likes=3))

    assert appeared == {("user:arts", AUTHOR): 1, ("user:liked", AUTHOR): 3}
    assert vanished == {("user:arts", AUTHOR): -1, ("user:liked", AUTHOR): -3}


def test_authors_have_the_articles_that_were_imported_for_them():
    assert moved(events.ArticlesImported(((AUTHOR, 5), (READER, 1)))) == {
        ("user:arts", AUTHOR): 5,
        ("user:arts", READER): 1,
    }


def test_the_figures_of_a_deleted_article_are_forgotten(runtime):
    deliver([stored(1, ["count:art:liking", ARTICLE, 5])])
    (effect,) = effects_of(events.ArticleWithdrawn(ARTICLE, AUTHOR, 7, is_deleted=True))

    deliver([stored(2, *effect.payload["changes"])])

    assert store.command("ZSCORE", "count:art:liking", ARTICLE) is None


def test_other_events_move_nothing():
    assert moved(events.ChannelsChanged(READER)) == {}


def test_an_effect_counts_once_however_often_it_comes(runtime):
    effect = stored(1, ["count:art:liking", ARTICLE, 1])

    for _ in range(3):
        deliver([effect, effect])

    assert counters.article_likes.get(ARTICLE) == 1


def test_changes_that_arrive_in_the_wrong_order_add_up(runtime):
    deliver([stored(2, ["count:art:liking", ARTICLE, -1])])
    meanwhile = counters.article_likes.get(ARTICLE)
    deliver([stored(1, ["count:art:liking", ARTICLE, 1])])

    assert meanwhile == 0  # never seen negative
    assert store.command("ZSCORE", "count:art:liking", ARTICLE) is None


def test_touched_articles_and_users_are_remembered_for_their_copies(runtime, redis):
    deliver([stored(1, ["count:art:liking", 7, 1], ["count:user:liked", 9, 1])])
    deliver([stored(2, ["count:comm:liking", 5, 1], ["count:user:art:collecting", 8, 1])])

    assert redis.smembers(DIRTY) == {b"7", b"u:9"}


def test_a_counter_of_another_type_leaves_nothing_half_counted(runtime, redis):
    redis.set("count:user:liked", "broken")

    with pytest.raises(Exception, match="WRONGTYPE"):
        deliver([stored(1, ["count:art:liking", 7, 1], ["count:user:liked", 9, 1])])

    assert redis.zcard("count:art:liking") == 0
    assert redis.zcard(APPLIED) == 0


@pytest.mark.parametrize(
    "payload",
    [{}, {"changes": [["count:art:liking", 7]]}, {"changes": [["no:such:counter", 7, 1]]}],
)
def test_a_malformed_effect_is_refused_before_anything_is_counted(runtime, redis, payload):
    sound = stored(1, ["count:art:liking", 7, 1])
    broken = StoredEffect(2, payload, sound.created_at, sound.deadline_ms)

    with pytest.raises(MalformedPayload):
        deliver([sound, broken])

    assert redis.dbsize() == 0


def test_a_store_that_is_away_counts_nothing(runtime, valkey):
    valkey.stop()

    with pytest.raises(DependencyUnavailable):
        deliver([stored(1, ["count:art:liking", 7, 1])])
