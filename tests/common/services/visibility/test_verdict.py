"""The verdict on plain values: the whole rule, and which place takes how much."""

from __future__ import annotations

from itertools import product

import pytest

from common.services.visibility.verdict import (
    Place,
    Verdict,
    is_shown,
    person_verdict,
    verdict,
    verdicts,
)
from common.utils.constants import ArticleStatus, AttitudeKind, RelationKind, UserStatus

VISIBLE = {"status": ArticleStatus.APPROVED, "author_status": UserStatus.ENABLED}
OPENED = {Place.LINK, Place.LIST}
FOUND = set(Place) - {Place.FEED}


def places(judged):
    return {place for place in Place if is_shown(judged, place)}


@pytest.mark.parametrize("status", sorted(set(ArticleStatus) - {ArticleStatus.APPROVED}))
@pytest.mark.parametrize("relation", [None, *RelationKind])
def test_what_is_not_approved_is_hidden_whoever_asks(status, relation):
    judged = verdict(status=status, author_status=UserStatus.ENABLED, relation=relation)

    assert judged is Verdict.HIDDEN
    assert places(judged) == set()


def test_what_a_frozen_author_wrote_is_hidden():
    judged = verdict(status=ArticleStatus.APPROVED, author_status=UserStatus.DISABLED)

    assert judged is Verdict.HIDDEN


@pytest.mark.parametrize("attitude", [None, *AttitudeKind])
def test_who_has_blocked_the_author_has_to_open_it_himself(attitude):
    judged = verdict(**VISIBLE, relation=RelationKind.BLACKLIST, attitude=attitude)

    assert judged is Verdict.OPENED_ONLY
    assert places(judged) == OPENED


@pytest.mark.parametrize("relation", [None, RelationKind.NONE, RelationKind.FOLLOW])
def test_what_a_reader_dislikes_is_found_but_not_in_his_feed(relation):
    judged = verdict(**VISIBLE, relation=relation, attitude=AttitudeKind.DISLIKE)

    assert judged is Verdict.NOT_OFFERED
    assert places(judged) == FOUND


@pytest.mark.parametrize("relation", [None, RelationKind.NONE, RelationKind.FOLLOW])
@pytest.mark.parametrize("attitude", [None, AttitudeKind.LIKE])
def test_everything_else_is_seen_everywhere(relation, attitude):
    judged = verdict(**VISIBLE, relation=relation, attitude=attitude)

    assert judged is Verdict.SEEN
    assert places(judged) == set(Place)


def test_a_frozen_person_is_hidden_and_a_blocked_one_shown_where_he_is_looked_up():
    frozen = person_verdict(status=UserStatus.DISABLED, relation=RelationKind.FOLLOW)
    blocked = person_verdict(status=UserStatus.ENABLED, relation=RelationKind.BLACKLIST)

    assert (frozen, places(frozen)) == (Verdict.HIDDEN, set())
    assert (blocked, places(blocked)) == (Verdict.OPENED_ONLY, OPENED)
    assert person_verdict(status=UserStatus.ENABLED) is Verdict.SEEN


def test_columns_are_judged_like_single_articles():
    rows = list(product([None, *map(int, RelationKind)], [None, *map(int, AttitudeKind)]))

    judged = verdicts(*zip(*rows, strict=True))

    assert judged == [verdict(**VISIBLE, relation=each, attitude=other) for each, other in rows]
